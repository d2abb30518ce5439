//! Where what plugins contribute is put to use: the registries of agents, workflows and hooks.

use std::sync::Arc;

use crate::agent::Conflict;
use crate::agent::code::PluginCode;
use crate::event::PluginName;
use crate::plugin::discovery::Found;
use crate::plugin::manager::{Clash, Contributions};
use crate::runtime::LivePlugin;
use crate::workflow::Engine;

/// The engine's registries.
pub(super) struct Hub {
    pub(super) engine: Arc<Engine>,
}

impl Contributions for Hub {
    fn add(&self, plugin: &Arc<LivePlugin>, found: &Found) -> Vec<Clash> {
        let (name, contributed) = (plugin.name(), plugin.contributions());
        let code: Arc<dyn PluginCode> = plugin.clone();
        let agents = self.engine.parts.agents.registry.add(name, contributed.agents.clone(), &code);
        let workflows =
            self.engine.parts.workflows.add(name, Some(&found.content_hash), contributed.workflows.clone(), &code);
        let hooks = found.manifest.provides.refine(contributed.hooks.clone());
        self.engine.parts.hooks.registry.set(name, hooks, &plugin.hook_port());
        let agents = agents.into_iter().map(|conflict| clash("the agent", conflict));
        agents.chain(workflows.into_iter().map(|conflict| clash("the workflow", conflict))).collect()
    }

    fn remove(&self, plugin: &PluginName) {
        self.engine.parts.hooks.registry.remove(plugin);
        self.engine.parts.workflows.remove(plugin);
        self.engine.parts.agents.registry.remove(plugin);
    }
}

fn clash(kind: &str, conflict: Conflict) -> Clash {
    Clash { what: format!("{kind} {}", conflict.name), holder: conflict.held_by }
}
