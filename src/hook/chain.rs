//! One hook, delivered to all its handlers.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::handler::HandlerRef;
use super::registry::{HookRegistry, RegisteredHandler};
use super::turns::{Delivering, Turn};
use crate::event::bus::Bus;
use crate::event::{PluginName, SpanId, StreamId};
use crate::permission::Permissions;
use crate::runtime::hook_threads::HookThreads;

/// What a plugin whose handler never returned becomes. Called from a task; must not block.
pub trait QuarantineSink: Send + Sync + 'static {
    fn quarantine(&self, plugin: &PluginName, reason: String);
}

/// Delivers hooks. One serves all runs, several at once.
pub struct HookChain {
    pub registry: Arc<HookRegistry>,
    pub(super) bus: Bus,
    pub(super) permissions: Permissions,
    pub(super) threads: HookThreads,
    pub(super) quarantine: Arc<dyn QuarantineSink>,
    /// For handlers that declare no limit of their own.
    pub(super) timeout: Duration,
    /// The plugins that the operator lets decide about others.
    pub(super) appointed: BTreeSet<PluginName>,
    /// Those that wait for handlers which nobody else waits for.
    pub(super) watchers: TaskTracker,
    pub(super) closing: CancellationToken,
}

/// Where a hook is delivered, and to whom it is not.
#[derive(Debug, Clone)]
pub struct Place {
    pub stream: StreamId,
    pub parent: Option<SpanId>,
    /// Ends the chain, at once.
    pub cancel: CancellationToken,
    /// Why that happens, in words that go before `before it was called`.
    pub cancelled: &'static str,
    /// Whether that is because the time of all is up: then the handler that runs has failed.
    pub is_time_limit: bool,
    /// Handlers that are left out here.
    pub without: Arc<[HandlerRef]>,
    /// How many deliveries this one is made within.
    pub depth: u32,
    /// The plugin that it is about, for hooks that are about one.
    pub about: Option<PluginName>,
    /// The path of the request, for hooks that are about one.
    pub route: Option<String>,
}

impl Place {
    /// Within nothing, about nothing.
    pub fn new(stream: StreamId, cancel: CancellationToken) -> Self {
        let without = Arc::default();
        let cancelled = "the run was to end";
        Place {
            stream,
            parent: None,
            cancel,
            cancelled,
            is_time_limit: false,
            without,
            depth: 0,
            about: None,
            route: None,
        }
    }
}

/// What a chain came to.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainOutcome {
    /// The payload, its last part as the handlers left it.
    pub args: Vec<Value>,
    /// The output that a handler gave in place of what would have been run; then the others had no turn.
    pub supplied: Option<Supplied>,
    /// Why not all handlers were called, if so.
    pub stop: Option<ChainStop>,
    /// The deliveries that failed or took too long, also the one that stopped the chain.
    pub failures: Vec<HookFailure>,
}

impl ChainOutcome {
    pub(super) fn is_final(&self) -> bool {
        self.stop.is_some() || self.supplied.is_some()
    }
}

/// An output, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplied {
    pub plugin: PluginName,
    pub handler: String,
    pub output: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainStop {
    /// A handler said no.
    Denied(HookFailure),
    /// A handler failed, and its policy is to abort.
    Aborted(HookFailure),
    /// Nobody wants it any more.
    Cancelled,
}

impl ChainStop {
    /// Why what the hook stands before or after does not go on, for people.
    pub fn words(&self, hook: HookName) -> String {
        match self {
            ChainStop::Denied(denial) => format!("denied by the hook {hook}, {denial}"),
            ChainStop::Aborted(failure) => format!("the hook {hook} failed and its policy is to abort, {failure}"),
            ChainStop::Cancelled => format!("the hook {hook} was cancelled"),
        }
    }
}

/// A handler's reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookFailure {
    pub plugin: PluginName,
    pub handler: String,
    pub reason: String,
}

impl fmt::Display for HookFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of plugin `{}`: {}", self.handler, self.plugin, self.reason)
    }
}

impl HookChain {
    pub fn new(
        registry: Arc<HookRegistry>,
        bus: Bus,
        permissions: Permissions,
        threads: HookThreads,
        quarantine: Arc<dyn QuarantineSink>,
        timeout: Duration,
    ) -> Self {
        let (appointed, watchers, closing) = (BTreeSet::new(), TaskTracker::new(), CancellationToken::new());
        HookChain { registry, bus, permissions, threads, quarantine, timeout, appointed, watchers, closing }
    }

    /// The same, with plugins that may decide about others.
    pub fn with_appointed(self, appointed: BTreeSet<PluginName>) -> Self {
        HookChain { appointed, ..self }
    }

    /// Whether anybody handles the hook: if not, no payload need be made.
    pub fn is_handled(&self, hook: HookName) -> bool {
        self.registry.is_handled(hook)
    }

    /// Hands `args` to the hook's handlers, one after the other, each getting what the one before left. Returns when
    /// all had their turn, or one stopped the chain, or `place.cancel` is set.
    pub async fn deliver(&self, hook: HookName, args: Vec<Value>, place: Place) -> ChainOutcome {
        self.deliver_to(self.registry.chain(hook), hook, args, place).await
    }

    /// [`HookChain::deliver`] to these handlers alone, in this order.
    pub async fn deliver_to(
        &self,
        handlers: Vec<Arc<RegisteredHandler>>,
        hook: HookName,
        args: Vec<Value>,
        place: Place,
    ) -> ChainOutcome {
        let mut waiting = VecDeque::new();
        for (order, handler) in (1..).zip(handlers) {
            let admission = self.admit(hook, &handler, &place).await.map(Arc::new);
            let span = self.bus.new_span(place.stream);
            waiting.push_back(Turn { handler, order, span, admission });
        }
        let outcome = ChainOutcome { args, supplied: None, stop: None, failures: Vec::new() };
        let mut delivering = Delivering { chain: self, hook, place, waiting, outcome, kept: None };
        while !delivering.is_over() {
            delivering.round().await;
        }
        delivering.skip_rest().await;
        delivering.outcome
    }
}
