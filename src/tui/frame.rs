//! When to draw: never more often than 60 times a second, never without a reason.
//!
//! Knows nothing of what is drawn or of clocks: whoever owns it says what time it is.

use std::time::{Duration, Instant};

/// The shortest time between two draws.
pub const MIN_INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// Folds requests to draw into the earliest time at which the next draw is due.
///
/// The loop that owns it sleeps until [`deadline`](Self::deadline), draws, and says [`drawn`](Self::drawn). Without
/// a request there is no deadline, so an idle screen is never drawn.
#[derive(Debug, Default)]
pub struct FrameScheduler {
    wanted: Option<Instant>,
    last: Option<Instant>,
}

impl FrameScheduler {
    pub fn new() -> Self {
        Self::default()
    }

    /// Something visible changed.
    pub fn request(&mut self, now: Instant) {
        self.request_at(now);
    }

    /// Something visible will have changed at `when`: the next step of a spinner, the next second of a clock.
    /// A draw before then answers only for what had changed; ask again for what comes after.
    pub fn request_at(&mut self, when: Instant) {
        self.wanted = Some(self.wanted.map_or(when, |wanted| wanted.min(when)));
    }

    /// When the next draw is due: at once if the time is past, never if there is none.
    pub fn deadline(&self) -> Option<Instant> {
        let wanted = self.wanted?;
        Some(self.last.map_or(wanted, |last| wanted.max(last + MIN_INTERVAL)))
    }

    /// A draw has begun at `now`; it answers all requests.
    pub fn drawn(&mut self, now: Instant) {
        self.wanted = None;
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn nothing_is_drawn_without_a_request() {
        let now = Instant::now();
        let mut frames = FrameScheduler::new();
        assert_eq!(frames.deadline(), None);
        frames.request(now);
        frames.drawn(now);
        assert_eq!(frames.deadline(), None);
    }

    #[test]
    fn the_first_request_after_a_rest_is_due_at_once() {
        let start = Instant::now();
        let mut frames = FrameScheduler::new();
        frames.request(start);
        assert_eq!(frames.deadline(), Some(start));
        frames.drawn(start);
        frames.request(start + 500 * MS);
        assert_eq!(frames.deadline(), Some(start + 500 * MS));
    }

    #[test]
    fn requests_after_a_draw_wait_for_the_interval_and_fold_into_one() {
        let start = Instant::now();
        let mut frames = FrameScheduler::new();
        frames.request(start);
        frames.drawn(start);
        for step in 1..10 {
            frames.request(start + step * MS);
            assert_eq!(frames.deadline(), Some(start + MIN_INTERVAL));
        }
        frames.drawn(start + MIN_INTERVAL);
        assert_eq!(frames.deadline(), None);
    }

    #[test]
    fn a_flood_is_drawn_sixty_times_a_second() {
        let start = Instant::now();
        let mut frames = FrameScheduler::new();
        let mut draws = 0;
        for step in 0..10_000 {
            let now = start + step * MS / 10;
            frames.request(now);
            if frames.deadline().is_some_and(|deadline| deadline <= now) {
                frames.drawn(now);
                draws += 1;
            }
        }
        assert!((55..=60).contains(&draws), "{draws} draws in a second");
    }

    #[test]
    fn a_later_request_folds_into_an_earlier_one_and_the_other_way_round() {
        let start = Instant::now();
        let mut frames = FrameScheduler::new();
        frames.request_at(start + 100 * MS);
        assert_eq!(frames.deadline(), Some(start + 100 * MS));
        frames.request_at(start + 1000 * MS);
        assert_eq!(frames.deadline(), Some(start + 100 * MS));
        frames.request(start + 20 * MS);
        assert_eq!(frames.deadline(), Some(start + 20 * MS));
        frames.drawn(start + 20 * MS);
        assert_eq!(frames.deadline(), None);
    }

    #[test]
    fn a_late_draw_is_not_made_up_for() {
        let start = Instant::now();
        let mut frames = FrameScheduler::new();
        frames.request(start);
        frames.drawn(start + 300 * MS);
        frames.request(start + 301 * MS);
        assert_eq!(frames.deadline(), Some(start + 300 * MS + MIN_INTERVAL));
    }
}
