//! The handlers of all live plugins, in their order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::HookInfo;

use super::handler::HandlerRef;
use super::switches::Switches;
use crate::event::PluginName;
use crate::runtime::HookPort;

/// The handlers that are there. Their order depends on priority, then the plugin's name, then the place in the
/// plugin's own list; never on when a plugin was added.
#[derive(Default)]
pub struct HookRegistry {
    inner: RwLock<Inner>,
    switches: Arc<Switches>,
}

#[derive(Default)]
struct Inner {
    /// By plugin, each in the order in which the plugin registered them.
    handlers: BTreeMap<PluginName, Vec<Arc<RegisteredHandler>>>,
    /// How often each was called; kept when a plugin is removed, since it may come back.
    fired: BTreeMap<(PluginName, HookName, String), Arc<AtomicU64>>,
}

/// A handler and the plugin it belongs to.
pub struct RegisteredHandler {
    pub plugin: PluginName,
    pub info: HookInfo,
    pub(super) port: Arc<dyn HookPort>,
    fired: Arc<AtomicU64>,
    switches: Arc<Switches>,
}

impl RegisteredHandler {
    pub fn reference(&self) -> HandlerRef {
        HandlerRef { plugin: self.plugin.clone(), hook: self.info.hook, handler: self.info.handler.clone() }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.switches.is_on(&self.reference())
    }

    pub(super) fn count_call(&self) {
        self.fired.fetch_add(1, Ordering::Relaxed);
    }
}

/// A handler in its place, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHandler {
    pub plugin: PluginName,
    pub info: HookInfo,
    /// Its place in the chain, from 1.
    pub order: u32,
    /// How often it was called since the host started.
    pub fired: u64,
    /// Whether the operator lets it be called.
    pub enabled: bool,
}

impl HookRegistry {
    pub fn new(switches: Switches) -> Self {
        HookRegistry { inner: RwLock::default(), switches: Arc::new(switches) }
    }

    /// Which handlers the operator lets be called.
    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    pub(super) fn is_handled(&self, hook: HookName) -> bool {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.handlers.values().flatten().any(|handler| handler.info.hook == hook)
    }

    /// Puts a plugin's handlers in the place of those that it had, at once: a chain sees all of the new or all of
    /// the old.
    pub fn set(&self, plugin: &PluginName, hooks: Vec<HookInfo>, port: &Arc<dyn HookPort>) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let mut handlers = Vec::with_capacity(hooks.len());
        for info in hooks {
            let key = (plugin.clone(), info.hook, info.handler.clone());
            let fired = inner.fired.entry(key).or_default().clone();
            let (plugin, port, switches) = (plugin.clone(), port.clone(), self.switches.clone());
            handlers.push(Arc::new(RegisteredHandler { plugin, info, port, fired, switches }));
        }
        inner.handlers.insert(plugin.clone(), handlers);
    }

    /// Takes a plugin's handlers out. A chain under way still calls those that it has before it.
    pub fn remove(&self, plugin: &PluginName) {
        self.inner.write().unwrap_or_else(PoisonError::into_inner).handlers.remove(plugin);
    }

    /// A hook's handlers in the order in which they are called.
    pub fn chain(&self, hook: HookName) -> Vec<Arc<RegisteredHandler>> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let all = inner.handlers.values().flatten().filter(|handler| handler.info.hook == hook);
        let mut chain: Vec<_> = all.cloned().collect();
        // Stable: the map gives plugins by name, and each plugin's own in their order.
        chain.sort_by_key(|handler| Reverse(handler.info.priority));
        if hook.runs_in_reverse() {
            chain.reverse();
        }
        chain
    }

    /// All handlers, hook by hook, in the order in which they are called.
    pub fn list(&self) -> Vec<ListedHandler> {
        let mut list = Vec::new();
        for hook in HookName::ALL {
            for (order, handler) in (1..).zip(self.chain(hook)) {
                list.push(ListedHandler {
                    plugin: handler.plugin.clone(),
                    info: handler.info.clone(),
                    order,
                    fired: handler.fired.load(Ordering::Relaxed),
                    enabled: handler.is_enabled(),
                });
            }
        }
        list
    }
}
