//! The state that a plugin is in, with its reason and what to do next.

use crate::event::{EventKind, PluginState};

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

    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(super) fn event(&self) -> EventKind {
        EventKind::PluginState { state: self.state, reason: self.reason.clone(), remedy: self.remedy.clone() }
    }
}
