//! What can be done to the selected plugin.

use crate::event::PluginName;
use crate::orchestrator::api::{Command, PluginSummary};
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer};
use crate::tui::model::{Model, Notice};

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

/// Asks before a plugin's code may run at all.
pub(super) fn approve(model: &mut Model) -> Vec<Effect> {
    ask(model, "Approve", Consequence::Approve, |plugin| {
        format!(
            "Its code will run in a process of its own, confined to its own folders and what it is granted, as far as \
             the kernel here can hold that. It gets the {} permissions that it asks for. This counts for its files as \
             they are now; its details (Enter) list what it asks for.",
            plugin.requested
        )
    })
}

/// Asks before a plugin's code may run here.
pub(super) fn trust(model: &mut Model) -> Vec<Effect> {
    ask(model, "Trust", Consequence::Trust, |_| {
        "Its code will run in this process, where permissions are advisory: it can do everything that you may do \
         yourself, and a crash of its ends the workbench. What it is doing now is ended. This counts for its files as \
         they are now."
            .to_owned()
    })
}

fn ask(
    model: &mut Model,
    what: &str,
    consequence: fn(PluginName) -> Consequence,
    explanation: impl Fn(&PluginSummary) -> String,
) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return Vec::new() };
    let question = format!("{what} {}?", plugin.name);
    let confirm = Confirm::new(question, explanation(plugin), consequence(plugin.name.clone()));
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}
