//! How fast something may come.

use std::time::{Duration, Instant};

/// Lets so many through in each window of time.
#[derive(Debug)]
pub(super) struct Pace {
    most: u32,
    window: Duration,
    since: Instant,
    came: u32,
}

impl Pace {
    /// The first window begins `now`.
    pub(super) fn new(most: u32, window: Duration, now: Instant) -> Self {
        Pace { most, window, since: now, came: 0 }
    }

    /// Whether one more may pass.
    pub(super) fn admit(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= self.window {
            (self.since, self.came) = (now, 0);
        }
        self.came = self.came.saturating_add(1);
        self.came <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_held_back_until_the_next_window() {
        let (begin, window) = (Instant::now(), Duration::from_millis(100));
        let mut pace = Pace::new(3, window, begin);
        assert_eq!((0..9).filter(|_| pace.admit(begin)).count(), 3);
        assert!(pace.admit(begin + window));
    }
}
