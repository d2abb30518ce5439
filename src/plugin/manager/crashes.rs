//! How often a plugin's process may end by itself, and when it is started again.

use std::time::{Duration, Instant};

/// What is waited before the first, second and third restart.
const BACKOFF: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(8)];
/// Older crashes are forgotten.
const WINDOW: Duration = Duration::from_secs(5 * 60);

/// When a plugin's process ended by itself, within the window.
#[derive(Debug, Clone, Default)]
pub(super) struct Crashes(Vec<Instant>);

impl Crashes {
    /// Counts one more. Answers with what is to be waited before the next start, or with nothing when there were too
    /// many.
    pub(super) fn count(&mut self, now: Instant) -> Option<Duration> {
        self.0.retain(|at| now.saturating_duration_since(*at) < WINDOW);
        let delay = BACKOFF.get(self.0.len()).copied();
        self.0.push(now);
        delay
    }

    /// How often it ended, in words.
    pub(super) fn words(&self) -> String {
        format!("its process ended {} times within {} minutes", self.0.len(), WINDOW.as_secs() / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_started_again_three_times_in_the_window_and_later_from_anew() {
        let mut crashes = Crashes::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let delays: Vec<_> = [0, 1, 10, 299].map(|at| crashes.count(after(at))).to_vec();
        assert_eq!(delays, [Some(BACKOFF[0]), Some(BACKOFF[1]), Some(BACKOFF[2]), None]);
        assert!(crashes.words().contains("4 times within 5 minutes"));
        // The first two are forgotten by now.
        assert_eq!(crashes.count(after(302)), Some(BACKOFF[2]));
        assert_eq!(crashes.count(after(1000)), Some(BACKOFF[0]));
    }
}
