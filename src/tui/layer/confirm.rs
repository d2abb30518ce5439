//! A question before something that can't be taken back.

use crate::event::{PluginName, RunId};
use crate::orchestrator::api::StartRun;
use crate::tui::model::Rich;
use crate::tui::theme::Role;

/// What a yes does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    Cancel(RunId),
    Approve(PluginName),
    Trust(PluginName),
    /// Starts a run with what it was not granted before.
    Allow(Box<StartRun>),
    Quit,
}

/// Nothing happens unless somebody says yes: no is marked at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    pub question: String,
    /// What it means, in whole sentences.
    pub text: Rich,
    pub consequence: Consequence,
    pub yes_is_marked: bool,
}

impl Confirm {
    pub fn new(question: impl Into<String>, explanation: impl Into<String>, consequence: Consequence) -> Self {
        let mut text = Rich::default();
        text.push(Role::Text, explanation);
        Confirm { question: question.into(), text, consequence, yes_is_marked: false }
    }

    /// The rows it takes in a dialog of this width, border included.
    pub fn height(&self, width: u16) -> u16 {
        let rows = self.text.wrapped(usize::from(width.saturating_sub(4))).len();
        u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(5)
    }
}
