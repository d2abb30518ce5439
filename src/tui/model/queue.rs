//! What waits for an answer of the operator's, in one place.

use orchestrator_protocol::permission::Permission;

use super::Model;
use crate::event::{PluginName, PluginState};

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A plugin that is held: nobody has approved its content.
    Plugin(PluginName),
    /// A permission that a plugin in use asks for.
    Permission(PluginName, Permission),
}

impl Waiting {
    pub fn plugin(&self) -> &PluginName {
        match self {
            Waiting::Plugin(plugin) | Waiting::Permission(plugin, _) => plugin,
        }
    }
}

/// Everything that waits: held plugins first. What a held plugin asks for is part of its approval.
pub fn waiting(model: &Model) -> Vec<Waiting> {
    let is_held = |name: &PluginName| {
        let plugin = model.plugins.all().iter().find(|plugin| plugin.name == *name);
        plugin.is_none_or(|plugin| plugin.state == PluginState::NeedsApproval)
    };
    let held = model.plugins.all().iter().filter(|plugin| plugin.state == PluginState::NeedsApproval);
    let requested = model.permissions.requested().filter(|view| !is_held(&view.plugin));
    held.map(|plugin| Waiting::Plugin(plugin.name.clone()))
        .chain(requested.map(|view| Waiting::Permission(view.plugin.clone(), view.permission)))
        .collect()
}
