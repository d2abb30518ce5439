//! A question before something that can't be taken back.

use super::UNARMED;
use crate::event::{ContentHash, PluginName, RunId, Timestamp};
use crate::orchestrator::api::StartRun;
use crate::tui::model::Rich;
use crate::tui::theme::Role;

/// What a yes does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    Cancel(RunId),
    /// With the content that was shown.
    Trust(PluginName, Option<ContentHash>),
    /// Starts a run with what it was not granted before.
    Allow(Box<StartRun>),
    Start(Box<StartRun>),
    /// Closes a config without saving it.
    DropConfig,
    RestoreConfig {
        plugin: PluginName,
        id: String,
    },
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
    /// Before then no key counts: set where it opens by itself, while somebody may be typing.
    pub armed_from: Option<Timestamp>,
}

impl Confirm {
    pub fn new(question: impl Into<String>, explanation: impl Into<String>, consequence: Consequence) -> Self {
        let mut text = Rich::default();
        text.push(Role::Text, explanation);
        Confirm { question: question.into(), text, consequence, yes_is_marked: false, armed_from: None }
    }

    /// For a question that nobody's key has opened: for half a second it takes none.
    pub fn opened_by_itself(mut self, now: Timestamp) -> Self {
        self.armed_from = Some(Timestamp::from_micros(now.as_micros().saturating_add(UNARMED)));
        self
    }

    /// Whether keys count by now.
    pub fn is_armed(&self, now: Timestamp) -> bool {
        self.armed_from.is_none_or(|from| from <= now)
    }

    /// The rows it takes in a dialog of this width, border included.
    pub fn height(&self, width: u16) -> u16 {
        let rows = self.text.wrapped(usize::from(width.saturating_sub(4))).len();
        u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(5)
    }
}
