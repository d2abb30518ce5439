//! What can be done to the selected plugin.

use super::approvals;
use crate::event::PluginName;
use crate::orchestrator::api::Command;
use crate::tui::effect::Effect;
use crate::tui::layer::{Approval, Confirm, Consequence, Layer};
use crate::tui::model::{Model, Notice, Waiting};

pub(super) fn reload(model: &mut Model) -> Vec<Effect> {
    command(model, "reloading", |plugin| Command::ReloadPlugin { plugin })
}

pub(super) fn load(model: &mut Model) -> Vec<Effect> {
    command(model, "loading", |plugin| Command::LoadPlugin { plugin })
}

pub(super) fn unload(model: &mut Model) -> Vec<Effect> {
    command(model, "unloading", |plugin| Command::UnloadPlugin { plugin })
}

fn command(model: &mut Model, doing: &str, command: impl Fn(PluginName) -> Command) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return Vec::new() };
    let name = plugin.name.clone();
    model.notice = Some(Notice::note(format!("{doing} {name}…"), model.screen.now));
    vec![Effect::Do(command(name))]
}

/// Installs the packages that the selected plugin needs.
pub(super) fn install(model: &mut Model) -> Vec<Effect> {
    command(model, "installing what is needed by", |plugin| Command::InstallPlugin {
        plugin,
        source_distributions: false,
    })
}

/// Moves the selected plugin out of this process.
pub(super) fn distrust(model: &mut Model) -> Vec<Effect> {
    command(model, "moving", |plugin| Command::DistrustPlugin { plugin })
}

/// Asks whether a plugin's code may run at all: the same question that waits in the queue, with all that it says.
pub(super) fn approve(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return Vec::new() };
    let approval = Approval::new(Waiting::Plugin(plugin.name.clone()), model.screen.now);
    approvals::open(model, approval)
}

/// Asks before a plugin's code may run here.
pub(super) fn trust(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return Vec::new() };
    let (name, seen) = (plugin.name.clone(), plugin.content_hash.clone());
    let content = seen.as_ref().map(|hash| format!(" ({})", hash.short())).unwrap_or_default();
    let explanation = format!(
        "Its code will run in this process, where permissions are advisory: it can do everything that you may do \
         yourself, and a crash of its ends the workbench. What it is doing now is ended. This counts for its files as \
         they are now{content}."
    );
    let confirm = Confirm::new(format!("Trust {name}?"), explanation, Consequence::Trust(name, seen));
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}
