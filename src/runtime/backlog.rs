//! How much waits for a plugin, whatever the transport.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Credit bounds what a working plugin has waiting far below these; one beyond them has stopped for good.
const MOST_MESSAGES: usize = 65_536;
/// Room for one of the longest messages, written as chunks, above [`BUSY_BYTES`].
const MOST_BYTES: usize = 192 * 1024 * 1024;
/// More than this waits for a plugin only if it has stopped taking messages, or is slow with large ones.
const BUSY_MESSAGES: usize = 1024;
const BUSY_BYTES: usize = 64 * 1024 * 1024;

/// Why a session ends whose plugin has too much waiting.
pub(super) const STOPPED: &str = "the plugin stopped taking messages";

/// Messages that a plugin has not taken yet.
#[derive(Default)]
pub(super) struct Backlog {
    messages: AtomicUsize,
    bytes: AtomicUsize,
}

impl Backlog {
    /// Counts one message more. Whether it still finds room.
    pub(super) fn add(&self, bytes: usize) -> bool {
        let messages = self.messages.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        messages <= MOST_MESSAGES && bytes <= MOST_BYTES
    }

    /// The plugin has taken one.
    pub(super) fn taken(&self, bytes: usize) {
        self.messages.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Whether the plugin has so much to take that it gets no new calls.
    pub(super) fn is_long(&self) -> bool {
        self.messages.load(Ordering::Relaxed) > BUSY_MESSAGES || self.bytes.load(Ordering::Relaxed) > BUSY_BYTES
    }
}
