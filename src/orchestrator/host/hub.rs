//! Where what plugins contribute is put to use: the registries of agents, workflows and hooks, and the table of routes.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::beside::{Beside, Routed};
use super::objections;
use super::routes::RouteTable;
use crate::agent::Conflict;
use crate::agent::code::PluginCode;
use crate::event::PluginName;
use crate::plugin::discovery::Found;
use crate::plugin::manager::{Clash, Configs, Contributions};
use crate::runtime::{HookPort, LivePlugin};
use crate::workflow::Engine;

/// The engine's registries.
pub(super) struct Hub {
    pub(super) engine: Arc<Engine>,
    /// For runs that have processes of their own.
    pub(super) beside: Arc<Beside>,
    pub(super) routes: Arc<RouteTable>,
}

impl Hub {
    fn port(&self, plugin: &Arc<LivePlugin>) -> Arc<dyn HookPort> {
        Arc::new(Routed { usual: plugin.clone(), beside: self.beside.clone() })
    }
}

impl Contributions for Hub {
    fn add(&self, plugin: &Arc<LivePlugin>, found: &Found) -> Vec<Clash> {
        let (name, contributed) = (plugin.name(), plugin.contributions());
        let routed = Arc::new(Routed { usual: plugin.clone(), beside: self.beside.clone() });
        let code: Arc<dyn PluginCode> = routed.clone();
        let port: Arc<dyn HookPort> = routed;
        let agents = self.engine.parts.agents.registry.add(name, contributed.agents.clone(), &code);
        let workflows =
            self.engine.parts.workflows.add(name, Some(&found.content_hash), contributed.workflows.clone(), &code);
        let hooks = found.manifest.provides.refine(contributed.hooks.clone());
        self.engine.parts.hooks.registry.set(name, hooks, &port);
        let agents = agents.into_iter().map(|conflict| clash("the agent", conflict));
        let workflows = workflows.into_iter().map(|conflict| clash("the workflow", conflict));
        let routes = self.routes.put(name, &contributed.routes);
        agents.chain(workflows).chain(routes).collect()
    }

    fn admit<'a>(
        &'a self,
        plugin: &'a Arc<LivePlugin>,
        found: &'a Found,
        configs: Configs<'a>,
        closing: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Vec<String>, String>> {
        let (chain, port) = (&self.engine.parts.hooks, self.port(plugin));
        async move { objections::ask(chain, plugin, found, configs, &port, closing).await }.boxed()
    }

    fn admit_config<'a>(
        &'a self,
        plugin: &'a Arc<LivePlugin>,
        found: &'a Found,
        configs: Configs<'a>,
        closing: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Vec<String>, String>> {
        let (chain, port) = (&self.engine.parts.hooks, self.port(plugin));
        async move { objections::ask_of_config(chain, plugin, found, configs, &port, closing).await }.boxed()
    }

    fn remove(&self, plugin: &PluginName) {
        self.routes.withdraw(plugin);
        self.engine.parts.hooks.registry.remove(plugin);
        self.engine.parts.workflows.remove(plugin);
        self.engine.parts.agents.registry.remove(plugin);
    }
}

fn clash(kind: &str, conflict: Conflict) -> Clash {
    Clash { what: format!("{kind} {}", conflict.name), holder: conflict.held_by }
}
