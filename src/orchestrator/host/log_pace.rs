//! How fast plugins may write to the log file: the file is kept for days, and has no bound of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a plugin may write at once, in bytes.
const BURST: f64 = 1024.0 * 1024.0;
/// And in the long run, in bytes a second.
const RATE: f64 = 8.0 * 1024.0;
/// What a line takes beside its text.
const LINE: f64 = 100.0;

/// Counts what each plugin writes.
#[derive(Default)]
pub(super) struct LogPace {
    plugins: Mutex<HashMap<String, Allowance>>,
}

struct Allowance {
    left: f64,
    at: Instant,
    left_out: u64,
}

impl LogPace {
    /// Whether a line may be written now; if so, how many were left out since the last that might.
    pub fn admit(&self, plugin: &str, bytes: usize, now: Instant) -> Option<u64> {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        if !plugins.contains_key(plugin) {
            plugins.insert(plugin.to_owned(), Allowance { left: BURST, at: now, left_out: 0 });
        }
        let allowance = plugins.get_mut(plugin)?;
        let passed = now.saturating_duration_since(allowance.at).as_secs_f64();
        allowance.at = now;
        allowance.left = (allowance.left + passed * RATE).min(BURST);
        // A line is far shorter than what is exact as a float.
        let cost = LINE + bytes as f64;
        if allowance.left < cost {
            allowance.left_out += 1;
            return None;
        }
        allowance.left -= cost;
        Some(std::mem::take(&mut allowance.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_flood_is_cut_and_counted_and_is_nobody_elses_business() {
        let pace = LogPace::default();
        let start = Instant::now();
        let lines = 100_000;
        let written = (0..lines).filter(|_| pace.admit("loud", 924, start).is_some()).count();
        assert_eq!(written, 1024);
        assert_eq!(pace.admit("calm", 924, start), Some(0));
        // A second later there is room for a few.
        let later = start + Duration::from_secs(1);
        assert_eq!(pace.admit("loud", 924, later), Some(lines - 1024));
        assert_eq!((0..100).filter(|_| pace.admit("loud", 924, later).is_some()).count(), 7);
    }
}
