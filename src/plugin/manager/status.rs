//! The state that a plugin is in, with its reason and what to do next.

use crate::event::text::clean_within;
use crate::event::{EventKind, PluginState};
use crate::plugin::discovery::Fault;

/// As much of a reason or a remedy as is kept, in bytes: much of it is a plugin's or a compiler's words.
const WORDS_LIMIT: usize = 16 * 1024;

/// Where a plugin stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub state: PluginState,
    /// Why, in words.
    pub reason: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Status {
    pub fn of(state: PluginState) -> Self {
        Status { state, reason: None, remedy: None }
    }

    /// The host ends, and so does everything that it started.
    pub(super) fn closing() -> Self {
        Status::of(PluginState::Stopped).because("the host is closing")
    }

    /// The plugin's files can't be used.
    pub(super) fn broken(fault: &Fault) -> Self {
        Status::of(PluginState::Broken).because(fault.to_string()).remedy(fault.remedy())
    }

    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(clean_within(&reason.into(), WORDS_LIMIT));
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(clean_within(&remedy.into(), WORDS_LIMIT));
        self
    }

    pub(super) fn event(&self) -> EventKind {
        EventKind::PluginState { state: self.state, reason: self.reason.clone(), remedy: self.remedy.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugins_words_are_cleaned_and_cut() {
        let status = Status::of(PluginState::Degraded).because(format!("no\u{1b}[2J {}", "x".repeat(1_000_000)));
        let reason = status.remedy("\u{202e}do").reason.unwrap();
        assert!(reason.starts_with("no x") && reason.ends_with("(cut)") && reason.len() < 17_000);
    }
}
