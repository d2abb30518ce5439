//! What the meter found at its last look, for those who show it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Written by the meter, read by whoever asks; neither waits for the other.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Look>);

#[derive(Debug, Default, Clone, Copy)]
struct Look {
    /// What had been computed when the oldest open call began.
    since: Option<Duration>,
    /// Bytes in its folders, which are looked at less often.
    disk: Option<u64>,
}

impl Seen {
    /// One look; without `disk`, what was found there before stays.
    pub(super) fn looked(&self, since: Option<Duration>, disk: Option<u64>) {
        let mut look = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look.since = since;
        look.disk = disk.or(look.disk);
    }

    /// Of `computed`, what falls into the oldest open call.
    pub(super) fn in_call(&self, computed: Duration) -> Option<Duration> {
        self.look().since.map(|since| computed.saturating_sub(since))
    }

    pub(super) fn disk(&self) -> Option<u64> {
        self.look().disk
    }

    fn look(&self) -> Look {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
