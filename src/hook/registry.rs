//! The handlers of all live plugins, in their order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::{HookInfo, OnFailure};

use super::handler::HandlerRef;
use super::switches::{HandlerLasting, Switches};
use crate::config::hooks::{HandlerPolicy, HookSettings};
use crate::event::PluginName;
use crate::runtime::HookPort;

/// The handlers that are there. Their order depends on priority, then the plugin's name, then the place in the
/// plugin's own list; never on when a plugin was added.
#[derive(Default)]
pub struct HookRegistry {
    inner: RwLock<Inner>,
    switches: Arc<Switches>,
    /// What the operator says of handlers, over what their plugins declare.
    policies: HookSettings,
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
    /// What the operator's settings changed about it, in words.
    overridden: Option<String>,
    /// Unless it was switched.
    enabled: bool,
    /// Whether the settings say that its failure aborts, which is then no power of the plugin's.
    pub(super) aborts_by_settings: bool,
}

impl RegisteredHandler {
    pub fn reference(&self) -> HandlerRef {
        HandlerRef { plugin: self.plugin.clone(), hook: self.info.hook, handler: self.info.handler.clone() }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.switches.of(&self.reference()).unwrap_or(self.enabled)
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
    /// How often it was called, as far back as the history goes.
    pub fired: u64,
    /// Whether the operator lets it be called.
    pub enabled: bool,
    /// For how long it was switched so, if it was.
    pub switched: Option<HandlerLasting>,
    /// What the operator's settings changed about it, in words.
    pub overridden: Option<String>,
}

impl HookRegistry {
    /// `called` is how often handlers were called before.
    pub fn new(
        switches: Switches,
        policies: HookSettings,
        called: impl IntoIterator<Item = (HandlerRef, u64)>,
    ) -> Self {
        let count = |(handler, calls): (HandlerRef, u64)| {
            ((handler.plugin, handler.hook, handler.handler), Arc::new(AtomicU64::new(calls)))
        };
        let fired = called.into_iter().map(count).collect();
        let inner = Inner { handlers: BTreeMap::new(), fired };
        HookRegistry { inner: RwLock::new(inner), switches: Arc::new(switches), policies }
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
        let handlers = hooks.into_iter().map(|info| self.handler(&mut inner, plugin, info, port)).collect();
        inner.handlers.insert(plugin.clone(), handlers);
    }

    /// A hook's handlers as [`HookRegistry::chain`] gives them, with a plugin's own in the place of those that it has:
    /// for asking them before they are put to use.
    pub fn chain_with(
        &self,
        hook: HookName,
        plugin: &PluginName,
        own: Vec<HookInfo>,
        port: &Arc<dyn HookPort>,
    ) -> Vec<Arc<RegisteredHandler>> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let own = own.into_iter().filter(|info| info.hook == hook).collect::<Vec<_>>();
        let own: Vec<_> = own.into_iter().map(|info| self.handler(&mut inner, plugin, info, port)).collect();
        let mut all = inner.handlers.clone();
        all.insert(plugin.clone(), own);
        in_order(&all, hook)
    }

    fn handler(
        &self,
        inner: &mut Inner,
        plugin: &PluginName,
        declared: HookInfo,
        port: &Arc<dyn HookPort>,
    ) -> Arc<RegisteredHandler> {
        let policy = self.policies.policy(plugin, &declared.handler);
        let aborts_by_settings = policy.on_failure == Some(OnFailure::Abort);
        let (info, overridden) = overridden(declared, policy);
        let key = (plugin.clone(), info.hook, info.handler.clone());
        let fired = inner.fired.entry(key).or_default().clone();
        let (plugin, port, switches) = (plugin.clone(), port.clone(), self.switches.clone());
        let enabled = policy.enabled.unwrap_or(true);
        Arc::new(RegisteredHandler { plugin, info, port, fired, switches, overridden, enabled, aborts_by_settings })
    }

    /// Whether there is such a handler, or was one before.
    pub fn knows(&self, handler: &HandlerRef) -> bool {
        let key = (handler.plugin.clone(), handler.hook, handler.handler.clone());
        self.inner.read().unwrap_or_else(PoisonError::into_inner).fired.contains_key(&key)
    }

    /// Whether this very handler is there.
    pub(super) fn has(&self, handler: &Arc<RegisteredHandler>) -> bool {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.handlers.values().flatten().any(|there| Arc::ptr_eq(there, handler))
    }

    /// Takes a plugin's handlers out. A chain under way still calls those that it has before it.
    pub fn remove(&self, plugin: &PluginName) {
        self.inner.write().unwrap_or_else(PoisonError::into_inner).handlers.remove(plugin);
    }

    /// A hook's handlers in the order in which they are called.
    pub fn chain(&self, hook: HookName) -> Vec<Arc<RegisteredHandler>> {
        in_order(&self.inner.read().unwrap_or_else(PoisonError::into_inner).handlers, hook)
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
                    switched: self.switches.lasting(&handler.reference()).map(|(_, lasting)| lasting),
                    overridden: handler.overridden.clone(),
                });
            }
        }
        list
    }
}

fn in_order(
    handlers: &BTreeMap<PluginName, Vec<Arc<RegisteredHandler>>>,
    hook: HookName,
) -> Vec<Arc<RegisteredHandler>> {
    let of_hook = handlers.values().flatten().filter(|handler| handler.info.hook == hook);
    let mut chain: Vec<_> = of_hook.cloned().collect();
    // Stable: the map gives plugins by name, and each plugin's own in their order.
    chain.sort_by_key(|handler| Reverse(handler.info.priority));
    if hook.runs_in_reverse() {
        chain.reverse();
    }
    chain
}

/// A handler as the operator wants it, and what was changed for that, in words.
fn overridden(declared: HookInfo, policy: HandlerPolicy) -> (HookInfo, Option<String>) {
    let info = HookInfo {
        on_failure: policy.on_failure.unwrap_or(declared.on_failure),
        timeout_ms: policy.timeout_ms.or(declared.timeout_ms),
        ..declared.clone()
    };
    let mut changes = Vec::new();
    if let Some(enabled) = policy.enabled {
        changes.push(if enabled { "enabled" } else { "disabled" }.to_owned());
    }
    if info.on_failure != declared.on_failure {
        let words = |on_failure| match on_failure {
            OnFailure::Continue => "continue",
            OnFailure::Abort => "abort",
        };
        changes.push(format!("on_failure {} instead of {}", words(info.on_failure), words(declared.on_failure)));
    }
    if info.timeout_ms != declared.timeout_ms {
        let own = declared.timeout_ms.map_or("the default".to_owned(), |own| format!("{own} ms"));
        changes.push(format!("timeout {} ms instead of {own}", info.timeout_ms.unwrap_or_default()));
    }
    (info, (!changes.is_empty()).then(|| changes.join(", ")))
}
