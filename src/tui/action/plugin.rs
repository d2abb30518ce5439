//! What can be done to the selected plugin.

use crate::event::PluginName;
use crate::orchestrator::api::Command;
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

/// Asks before a plugin's code may run here.
pub(super) fn trust(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return Vec::new() };
    let name = plugin.name.clone();
    let confirm = Confirm::new(
        format!("Approve {name}?"),
        format!(
            "Its code will run in this process, with everything that you may do yourself, and it gets the {} \
             permissions that it asks for. This counts for its files as they are now; its details (Enter) list what \
             it asks for.",
            plugin.requested
        ),
        Consequence::Trust(name),
    );
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}
