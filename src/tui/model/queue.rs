//! What waits for an answer of the operator's, in one place.

use orchestrator_protocol::permission::Permission;

use super::Model;
use crate::event::{PluginName, PluginState};

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The project's permissions file, which counts for nothing until it is accepted on this machine.
    File,
    /// A plugin that is held: nobody has approved its content.
    Plugin(PluginName),
    /// A permission that a plugin in use asks for.
    Permission(PluginName, Permission),
}

impl Waiting {
    /// The plugin that it is about, if it is about one.
    pub fn plugin(&self) -> Option<&PluginName> {
        match self {
            Waiting::File => None,
            Waiting::Plugin(plugin) | Waiting::Permission(plugin, _) => Some(plugin),
        }
    }
}

/// Everything that waits: the file, then held plugins. What a held plugin asks for is part of its approval.
pub fn waiting(model: &Model) -> Vec<Waiting> {
    let is_held = |name: &PluginName| {
        let plugin = model.plugins.all().iter().find(|plugin| plugin.name == *name);
        plugin.is_none_or(|plugin| plugin.state == PluginState::NeedsApproval)
    };
    let file = model.permissions.waiting_file().map(|_| Waiting::File);
    let held = model.plugins.all().iter().filter(|plugin| plugin.state == PluginState::NeedsApproval);
    let requested = model.permissions.requested().filter(|view| !is_held(&view.plugin));
    file.into_iter()
        .chain(held.map(|plugin| Waiting::Plugin(plugin.name.clone())))
        .chain(requested.map(|view| Waiting::Permission(view.plugin.clone(), view.permission)))
        .collect()
}
