//! Where what plugins contribute is put to use: the registries of agents, workflows and hooks.

use std::sync::Arc;

use crate::agent::Conflict;
use crate::agent::code::{CodeCall, PluginCode};
use crate::event::{ContentHash, PluginName};
use crate::plugin::manager::{Clash, Contributions};
use crate::runtime::{CallScope, LiveCall, LivePlugin};
use crate::workflow::Engine;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use orchestrator_protocol::CallError;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::PluginTarget;

/// The engine's registries.
pub(super) struct Hub {
    pub(super) engine: Arc<Engine>,
}

impl Contributions for Hub {
    fn add(&self, plugin: &Arc<LivePlugin>, content: &ContentHash) -> Vec<Clash> {
        let (name, contributed) = (plugin.name(), plugin.contributions());
        let code: Arc<dyn PluginCode> = Arc::new(LiveCode(plugin.clone()));
        let agents = self.engine.parts.agents.registry.add(name, contributed.agents.clone(), &code);
        let workflows = self.engine.parts.workflows.add(name, Some(content), contributed.workflows.clone(), &code);
        self.engine.parts.hooks.registry.set(name, contributed.hooks.clone(), &plugin.hook_port());
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

/// A live plugin as the rooms above call it.
struct LiveCode(Arc<LivePlugin>);

impl PluginCode for LiveCode {
    fn call(&self, target: PluginTarget, scope: CallScope) -> Result<Box<dyn CodeCall>, CallError> {
        Ok(Box::new(LiveCodeCall(self.0.call(target, scope)?)))
    }
}

struct LiveCodeCall(LiveCall);

impl CodeCall for LiveCodeCall {
    fn next(&mut self) -> BoxFuture<'_, CallEvent> {
        self.0.next().boxed()
    }

    fn cancel(&mut self, reason: &str) {
        self.0.cancel(reason);
    }
}
