//! Answers about the selected permission, in the matrix or in the dialog that asks.

use super::{Context, approvals};
use crate::orchestrator::api::{Command, PermissionAnswer, PermissionState, PermissionView};
use crate::tui::effect::Effect;
use crate::tui::layer::Approval;
use crate::tui::model::{Model, Notice, Waiting};

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    Once,
    Session,
    Always,
    Deny,
    DenyAlways,
}

impl Reply {
    fn answer(self) -> PermissionAnswer {
        match self {
            Reply::Once => PermissionAnswer::Once,
            Reply::Session => PermissionAnswer::Session,
            Reply::Always => PermissionAnswer::Always,
            Reply::Deny => PermissionAnswer::Deny,
            Reply::DenyAlways => PermissionAnswer::DenyAlways,
        }
    }

    fn doing(self) -> &'static str {
        match self {
            Reply::Once => "granting once:",
            Reply::Session => "granting for this session:",
            Reply::Always => "granting:",
            Reply::Deny => "denying for this session:",
            Reply::DenyAlways => "denying for good:",
        }
    }
}

pub(super) fn reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    if model.context() == Context::Approval {
        return approvals::reply(model, reply);
    }
    let Some(plugin) = model.plugins.selected().map(|plugin| plugin.name.clone()) else { return Vec::new() };
    if is_held(model) {
        // What it asks for is part of the question whether it may run at all.
        let approval = Approval::new(Waiting::Plugin(plugin), model.screen.now);
        return approvals::open(model, approval);
    }
    match selected(model).cloned() {
        Some(view) if reply == Reply::Once && !view.takes_once => {
            let text = format!(
                "the kernel gives {} to a process for as long as it runs: grant it for the session",
                view.permission
            );
            model.notice = Some(Notice::note(text, model.screen.now));
            Vec::new()
        }
        Some(view) => send(model, &view, reply),
        None => not_asked(model),
    }
}

/// Sends an answer about exactly what was shown.
pub(super) fn send(model: &mut Model, view: &PermissionView, reply: Reply) -> Vec<Effect> {
    say(model, reply.doing(), view);
    vec![Effect::Do(Command::AnswerPermission {
        plugin: view.plugin.clone(),
        permission: view.permission,
        scope: view.scope.clone(),
        answer: reply.answer(),
    })]
}

/// Takes the selected permission away.
pub(super) fn revoke(model: &mut Model) -> Vec<Effect> {
    let Some(view) = selected(model).cloned() else { return not_asked(model) };
    if view.state != PermissionState::Granted {
        let text = format!("{} does not have {}: there is nothing to revoke", view.plugin, view.permission);
        model.notice = Some(Notice::note(text, model.screen.now));
        return Vec::new();
    }
    say(model, "revoking", &view);
    vec![Effect::Do(Command::RevokePermission { plugin: view.plugin, permission: view.permission })]
}

/// Forgets the answer about the selected permission.
pub(super) fn forget(model: &mut Model) -> Vec<Effect> {
    let Some(view) = selected(model).cloned() else { return not_asked(model) };
    say(model, "forgetting the answer about", &view);
    vec![Effect::Do(Command::ResetPermission { plugin: view.plugin, permission: Some(view.permission) })]
}

/// What the selected cell of the matrix is about.
pub(super) fn selected(model: &Model) -> Option<&PermissionView> {
    let plugin = model.plugins.selected()?;
    model.permissions.of(&plugin.name, model.permissions.permission())
}

/// Whether the selected permission can be granted once; a held plugin is asked about as a whole.
pub(super) fn takes_once(model: &Model) -> bool {
    selected(model).is_none_or(|view| view.takes_once)
}

/// Whether the selected plugin may not run at all yet.
pub(super) fn is_held(model: &Model) -> bool {
    use crate::event::PluginState;
    model.plugins.selected().is_some_and(|plugin| plugin.state == PluginState::NeedsApproval)
}

fn say(model: &mut Model, doing: &str, view: &PermissionView) {
    let text = format!("{doing} {} of {}…", view.permission, view.plugin);
    model.notice = Some(Notice::note(text, model.screen.now));
}

fn not_asked(model: &mut Model) -> Vec<Effect> {
    if let Some(plugin) = model.plugins.selected() {
        let text = format!("{} does not ask for {}", plugin.name, model.permissions.permission());
        model.notice = Some(Notice::note(text, model.screen.now));
    }
    Vec::new()
}
