//! Answers that hold in this process alone: they are in memory, and nowhere else.

use orchestrator_protocol::permission::Permission;

use super::decide::{denial_reaches, is_within};
use crate::event::{ContentHash, PluginName, RunId, StreamId};

/// More than people give; beyond it, the oldest that were used up are forgotten.
const MAX_ANSWERS: usize = 1000;

/// An answer about one scope, or about all that a permission covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionAnswer {
    pub plugin: PluginName,
    /// What a yes is bound to; a no holds for whatever the plugin becomes.
    pub content: ContentHash,
    pub permission: Permission,
    pub scope: Option<String>,
    pub kind: AnswerKind,
    /// Tells it from every other one.
    id: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerKind {
    Once(Use),
    Session,
    Deny,
}

/// What has become of a yes that is good for one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Unused,
    /// It goes on counting within that run.
    Run(RunId),
    /// It goes on counting for the permit that was given for it.
    OutsideRuns,
}

/// Says which answer a permit used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnceId(u64);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SessionAnswers {
    answers: Vec<SessionAnswer>,
    next: u64,
}

impl SessionAnswer {
    /// With the same meaning as in a file; nothing stands for everything.
    fn covers(&self, scope: Option<&str>) -> bool {
        match (&self.scope, scope) {
            (None, _) => true,
            (Some(own), Some(scope)) => is_within(self.permission, own, scope),
            (Some(_), None) => false,
        }
    }
}

impl SessionAnswers {
    /// Takes an answer about each of `scope`, or about everything if it is empty. What was answered to the same
    /// before counts no longer.
    pub fn answer(
        &mut self,
        plugin: &PluginName,
        content: &ContentHash,
        permission: Permission,
        scope: &[String],
        kind: AnswerKind,
    ) {
        self.forget(plugin, permission, scope);
        let scopes: Vec<Option<String>> =
            if scope.is_empty() { vec![None] } else { scope.iter().cloned().map(Some).collect() };
        for scope in scopes {
            let id = self.next;
            self.next += 1;
            let (plugin, content) = (plugin.clone(), content.clone());
            self.answers.push(SessionAnswer { plugin, content, permission, scope, kind, id });
        }
        while self.answers.len() > MAX_ANSWERS {
            let used_up = |answer: &SessionAnswer| matches!(answer.kind, AnswerKind::Once(Use::OutsideRuns));
            let is_yes = |answer: &SessionAnswer| !matches!(answer.kind, AnswerKind::Deny);
            let oldest = self.answers.iter().position(used_up).or_else(|| self.answers.iter().position(is_yes));
            // A no is never forgotten to make room.
            let Some(oldest) = oldest else { break };
            self.answers.remove(oldest);
        }
    }

    /// Forgets what was answered about any of `scope`, or all of it if it is empty. An answer about everything is
    /// about each of them too. Whether there was one.
    pub fn forget(&mut self, plugin: &PluginName, permission: Permission, scope: &[String]) -> bool {
        let before = self.answers.len();
        self.answers.retain(|answer| {
            // Of a folder and what lies in it, the last answer counts for both.
            let same = |one: &String| {
                scope.iter().any(|other| is_within(permission, one, other) || is_within(permission, other, one))
            };
            let is_about_it = scope.is_empty() || answer.scope.as_ref().is_none_or(same);
            answer.plugin != *plugin || answer.permission != permission || !is_about_it
        });
        self.answers.len() != before
    }

    /// Forgets everything about a plugin. Whether there was something.
    pub fn forget_all(&mut self, plugin: &PluginName) -> bool {
        let before = self.answers.len();
        self.answers.retain(|answer| answer.plugin != *plugin);
        self.answers.len() != before
    }

    /// Forgets what only that run still had.
    pub fn end_run(&mut self, run: RunId) -> bool {
        let before = self.answers.len();
        self.answers.retain(|answer| answer.kind != AnswerKind::Once(Use::Run(run)));
        self.answers.len() != before
    }

    /// Whether there is a yes that could be taken back.
    pub fn has_granted(&self, plugin: &PluginName, permission: Permission) -> bool {
        self.about(plugin, permission).any(|answer| answer.kind != AnswerKind::Deny)
    }

    /// Whether it was denied.
    pub fn denies(&self, plugin: &PluginName, permission: Permission, scope: Option<&str>) -> bool {
        self.about(plugin, permission)
            .any(|answer| answer.kind == AnswerKind::Deny && denial_reaches(permission, answer.scope.as_deref(), scope))
    }

    /// The first yes that covers it and is bound to content for which `counts` holds: one for the session before
    /// one that is used up by it.
    pub fn allows(
        &self,
        plugin: &PluginName,
        permission: Permission,
        scope: Option<&str>,
        stream: StreamId,
        held: Option<OnceId>,
        counts: impl Fn(&ContentHash) -> bool,
    ) -> Option<Allowed> {
        let usable = |answer: &&SessionAnswer| answer.covers(scope) && counts(&answer.content);
        let allowing: Vec<&SessionAnswer> = self.about(plugin, permission).filter(usable).collect();
        if allowing.iter().any(|answer| answer.kind == AnswerKind::Session) {
            return Some(Allowed::Session);
        }
        let for_it = |answer: &&&SessionAnswer| match answer.kind {
            AnswerKind::Once(Use::Run(run)) => StreamId::Run(run) == stream,
            AnswerKind::Once(Use::OutsideRuns) => held == Some(OnceId(answer.id)),
            AnswerKind::Once(Use::Unused) | AnswerKind::Session | AnswerKind::Deny => false,
        };
        let unused = |answer: &&&SessionAnswer| answer.kind == AnswerKind::Once(Use::Unused);
        let once = allowing.iter().find(for_it).or_else(|| allowing.iter().find(unused))?;
        Some(Allowed::Once(OnceId(once.id)))
    }

    /// The names that a yes was said to.
    pub fn allowed_names(&self, plugin: &PluginName, permission: Permission) -> impl Iterator<Item = &String> {
        let allowing = self.about(plugin, permission).filter(|answer| answer.kind != AnswerKind::Deny);
        allowing.filter_map(|answer| answer.scope.as_ref())
    }

    /// Marks it as used by the stream.
    pub fn use_up(&mut self, id: OnceId, stream: StreamId) {
        if let Some(answer) = self.answers.iter_mut().find(|answer| answer.id == id.0) {
            answer.kind = AnswerKind::Once(match stream {
                StreamId::Run(run) => Use::Run(run),
                StreamId::Host => Use::OutsideRuns,
            });
        }
    }

    fn about(&self, plugin: &PluginName, permission: Permission) -> impl Iterator<Item = &SessionAnswer> {
        let plugin = plugin.clone();
        self.answers.iter().filter(move |answer| answer.plugin == plugin && answer.permission == permission)
    }
}

/// How a yes counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Session,
    Once(OnceId),
}
