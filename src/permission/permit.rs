//! What is asked, and the two answers.

use std::fmt;
use std::marker::PhantomData;

use orchestrator_protocol::permission::Permission;

use super::Kind;
use super::decide::Question;
use super::session::OnceId;
use crate::event::text::clean_line;
use crate::event::{PluginName, SpanId, StreamId};

/// As much of a scope as is shown, in characters: a plugin may ask for anything.
const SHOWN_SCOPE: usize = 200;

/// Who wants to do it, to what, and within what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub plugin: PluginName,
    /// What it is to be used on: a program for `spawn`, an agent for `execute_agent`.
    pub scope: Option<String>,
    /// Where the decision is recorded; a run's own grants count within it.
    pub stream: StreamId,
    pub span: Option<SpanId>,
}

impl Ask {
    /// The question whether it may be done.
    pub(super) fn question(&self, permission: Permission) -> Question<'_> {
        let (plugin, scope) = (&self.plugin, self.scope.as_deref());
        Question { plugin, permission, scope, stream: self.stream, held: None }
    }

    /// The scope as events, the audit log and people get it.
    pub(super) fn shown_scope(&self) -> Option<String> {
        self.scope.as_deref().map(shown)
    }
}

/// A scope on one line, cleaned and cut.
pub(super) fn shown(scope: &str) -> String {
    let clean = clean_line(scope).replace('\n', " ");
    match clean.char_indices().nth(SHOWN_SCOPE) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

/// Proof that it may be done: there is no other way to one than `authorize`.
#[derive(Debug)]
pub struct Permit<P: Kind> {
    ask: Ask,
    /// The yes for once that was used up for it.
    once: Option<OnceId>,
    kind: PhantomData<fn() -> P>,
}

impl<P: Kind> Permit<P> {
    pub(super) fn new(ask: Ask, once: Option<OnceId>) -> Self {
        Permit { ask, once, kind: PhantomData }
    }

    /// What it may be used on; the operation must use nothing else.
    pub fn scope(&self) -> Option<&str> {
        self.ask.scope.as_deref()
    }

    pub fn plugin(&self) -> &PluginName {
        &self.ask.plugin
    }

    pub(super) fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The question whether it may still be done.
    pub(super) fn question(&self) -> Question<'_> {
        Question { held: self.once, ..self.ask.question(P::PERMISSION) }
    }
}

/// It may not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    pub plugin: PluginName,
    pub permission: Permission,
    pub scope: Option<String>,
    /// What decided, in words.
    pub rule: String,
    /// What to do about it: a command or a flag where there is one.
    pub remedy: String,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lacks permission: {}", self.plugin, self.permission)?;
        if let Some(scope) = &self.scope {
            write!(f, " ({scope})")?;
        }
        write!(f, ": {}\n{}", self.rule, self.remedy)
    }
}

impl std::error::Error for Denial {}
