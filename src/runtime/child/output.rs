//! What a child prints.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use orchestrator_protocol::session::LogLevel;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::event::PluginName;
use crate::runtime::pace::Pace;
use crate::runtime::printed::{Lines, Printed};
use crate::runtime::services::HostServices;

/// The lines that are kept for saying why a child ended, and the bytes of each.
const KEPT: usize = 20;
const KEPT_BYTES: usize = 500;

/// As many lines are logged in each [`WINDOW`]; what comes beyond them is counted and lost.
const MOST_LINES: u32 = 1000;
const WINDOW: Duration = Duration::from_millis(100);

/// The last lines that a child wrote to its standard error. A clone sees the same ones.
#[derive(Clone, Default)]
pub(super) struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    pub(super) fn get(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        let end = line.floor_char_boundary(KEPT_BYTES);
        lines.push_back(line.get(..end).unwrap_or_default().to_owned());
    }
}

/// Where the lines of both streams go.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) plugin: PluginName,
    pub(super) services: Arc<dyn HostServices>,
    pub(super) last_words: LastWords,
}

impl Log {
    /// Reads a stream to its end, always at once, so that no print of the child's waits for long.
    pub(super) async fn read(self, mut stream: impl AsyncRead + Unpin, level: LogLevel) {
        let mut pace = Pace::new(MOST_LINES, WINDOW, Instant::now());
        let mut lines = Lines::new(
            level,
            Box::new(move |line: Printed| {
                if level == LogLevel::Warning {
                    self.last_words.keep(&line.text);
                }
                let admitted = pace.admit(Instant::now());
                if admitted {
                    line.log(Some(&self.plugin), &*self.services);
                }
                admitted
            }),
        );
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            lines.take_in(&buffer[..length]);
        }
        lines.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_few_and_short() {
        let words = LastWords::default();
        for number in 0..KEPT + 5 {
            words.keep(&format!("{number} {}", "ä".repeat(KEPT_BYTES)));
        }
        let kept = words.get();
        assert_eq!(kept.len(), KEPT);
        assert!(kept[0].starts_with("5 ") && kept.iter().all(|line| line.len() <= KEPT_BYTES));
    }
}
