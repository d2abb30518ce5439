//! The queue of what waits for an answer. It opens on its key alone, never by itself.

use super::permission::{self, Reply};
use crate::event::PluginState;
use crate::orchestrator::api::{Command, PermissionState, Query};
use crate::tui::effect::Effect;
use crate::tui::layer::{Approval, Layer};
use crate::tui::model::{Model, Notice, Waiting, waiting};

/// Opens the first thing that waits.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    match waiting(model).into_iter().next() {
        Some(first) => {
            let approval = Approval::new(first, model.screen.now);
            open(model, approval)
        }
        None => {
            model.notice = Some(Notice::note("nothing waits for your answer", model.screen.now));
            Vec::new()
        }
    }
}

pub(super) fn open(model: &mut Model, approval: Approval) -> Vec<Effect> {
    let query = match approval.waiting.plugin().cloned() {
        // What changed in a held plugin's files is among its details.
        Some(plugin) => Query::Plugin { plugin },
        None => Query::PermissionsFile,
    };
    model.layers.push(Layer::Approval(approval));
    vec![Effect::Ask(query)]
}

/// The next thing that waits, or the one before; after the last comes the first.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let all = waiting(model);
    let Some(current) = on_top(model).map(|approval| approval.waiting.clone()) else { return Vec::new() };
    let place = all.iter().position(|one| *one == current).unwrap_or(0) as isize;
    let Some(next) = all.get((place + by).rem_euclid(all.len().max(1) as isize) as usize).cloned() else {
        return Vec::new();
    };
    model.layers.pop();
    let approval = Approval::new(next, model.screen.now);
    open(model, approval)
}

/// Answers what is in sight.
pub(super) fn reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    let Some(waiting) = on_top(model).map(|approval| approval.waiting.clone()) else { return Vec::new() };
    match &waiting {
        Waiting::Permission(plugin, asked) => {
            let view = model.permissions.of(plugin, *asked).cloned();
            let can = can_reply(model, reply);
            let Some(view) = view.filter(|_| can) else {
                return Vec::new();
            };
            let effects = permission::send(model, &view, reply);
            next_after(model, &waiting, effects)
        }
        Waiting::File => match reply {
            Reply::Deny => {
                let text = "the file stays unaccepted: nothing counts that it grants";
                model.notice = Some(Notice::note(text, model.screen.now));
                next_after(model, &waiting, Vec::new())
            }
            Reply::Once | Reply::Session | Reply::Always | Reply::DenyAlways => Vec::new(),
        },
        Waiting::Plugin(plugin) => match reply {
            Reply::Deny => {
                let text = format!("{plugin} stays held: none of its code runs");
                model.notice = Some(Notice::note(text, model.screen.now));
                next_after(model, &waiting, Vec::new())
            }
            // Its content is approved for good, or it does not run.
            Reply::Once | Reply::Session | Reply::Always | Reply::DenyAlways => Vec::new(),
        },
    }
}

/// Approves the held plugin that is in sight, or accepts the permissions file: as it was shown.
pub(super) fn approve(model: &mut Model) -> Vec<Effect> {
    let Some(waiting) = on_top(model).map(|approval| approval.waiting.clone()) else { return Vec::new() };
    if !can_approve(model) {
        return Vec::new();
    }
    let Some(plugin) = waiting.plugin().cloned() else {
        let seen = model.permissions.waiting_file().and_then(|file| file.content.clone());
        model.notice = Some(Notice::note("accepting the permissions file…", model.screen.now));
        return next_after(model, &waiting, vec![Effect::Do(Command::AcceptPermissionsFile { seen })]);
    };
    let seen = model.plugins.detail.as_ref().and_then(|detail| detail.content_hash.clone());
    model.notice = Some(Notice::note(format!("approving {plugin}…"), model.screen.now));
    next_after(model, &waiting, vec![Effect::Do(Command::ApprovePlugin { plugin, seen })])
}

/// Whether the dialog asks about a held plugin or the permissions file, and everything about it is there to be read.
pub(super) fn can_approve(model: &Model) -> bool {
    if let Some(Layer::Approval(Approval { waiting: Waiting::File, .. })) = model.layers.last() {
        return model.permissions.waiting_file().is_some();
    }
    let Some(Layer::Approval(Approval { waiting: Waiting::Plugin(name), .. })) = model.layers.last() else {
        return false;
    };
    let detail = model.plugins.detail.as_ref();
    detail.is_some_and(|detail| detail.summary.name == *name && detail.summary.state == PluginState::NeedsApproval)
}

/// Whether the dialog asks about a permission that nobody has answered meanwhile, and that can be answered so.
pub(super) fn can_reply(model: &Model, reply: Reply) -> bool {
    let Some(Layer::Approval(Approval { waiting: Waiting::Permission(plugin, asked), .. })) = model.layers.last()
    else {
        return false;
    };
    let view = model.permissions.of(plugin, *asked);
    view.is_some_and(|view| view.state == PermissionState::Requested && (reply != Reply::Once || view.takes_once))
}

/// The dialog on top. Keys reach it only once it was in sight for long enough.
fn on_top(model: &Model) -> Option<&Approval> {
    match model.layers.last() {
        Some(Layer::Approval(approval)) => Some(approval),
        _ => None,
    }
}

/// Goes on with what waits behind `answered`, or closes.
fn next_after(model: &mut Model, answered: &Waiting, mut effects: Vec<Effect>) -> Vec<Effect> {
    let all = waiting(model);
    let place = all.iter().position(|one| one == answered).map_or(0, |place| place + 1);
    model.layers.pop();
    // The answer is under way: what it answers may still be among them.
    if let Some(next) = all.get(place).cloned() {
        let approval = Approval::new(next, model.screen.now);
        effects.extend(open(model, approval));
    }
    effects
}
