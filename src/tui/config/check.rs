//! The host's check of what was typed: asked for when typing pauses, and only the newest answer counts.

use std::time::Duration;

use crate::event::Timestamp;
use crate::orchestrator::api::ConfigProblem;

/// How long typing must pause.
const PAUSE: Duration = Duration::from_millis(150);

#[derive(Debug, Default)]
pub struct Check {
    /// What is wrong, as far as is known.
    pub problems: Vec<ConfigProblem>,
    due: Option<Timestamp>,
}

impl Check {
    /// The text changed.
    pub fn later(&mut self, now: Timestamp) {
        let pause = i64::try_from(PAUSE.as_micros()).unwrap_or(i64::MAX);
        self.due = Some(Timestamp::from_micros(now.as_micros().saturating_add(pause)));
    }

    /// Whether a check waits for its time.
    pub fn waits(&self) -> bool {
        self.due.is_some()
    }

    /// Whether it is time to ask now. Says so once.
    pub fn is_due(&mut self, now: Timestamp) -> bool {
        self.due.take_if(|due| *due <= now).is_some()
    }

    pub fn arrived(&mut self, problems: Vec<ConfigProblem>) {
        self.problems = problems;
    }
}
