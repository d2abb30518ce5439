//! What waits for an answer, one thing at a time.
//!
//! It opens only on the operator's own key, marks no answer, and takes none before it was in sight for a while: what
//! somebody types meanwhile is no answer.

use super::UNARMED;
use crate::event::Timestamp;
use crate::tui::model::{Rich, Waiting};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub waiting: Waiting,
    /// The first line of the text in sight.
    pub top: usize,
    /// Since when the text is what it is.
    since: Timestamp,
    text: Rich,
}

impl Approval {
    pub fn new(waiting: Waiting, now: Timestamp) -> Self {
        Approval { waiting, top: 0, since: now, text: Rich::default() }
    }

    /// Whether keys count by now.
    pub fn is_armed(&self, now: Timestamp) -> bool {
        now.as_micros().saturating_sub(self.since.as_micros()) >= UNARMED
    }

    /// What is asked, as it was last shown.
    pub fn text(&self) -> &Rich {
        &self.text
    }

    /// Shows this. What was not there before must be read first.
    pub fn show(&mut self, text: Rich, now: Timestamp) {
        if self.text != text {
            self.text = text;
            self.since = now;
        }
    }
}
