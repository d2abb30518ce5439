//! One hook, delivered to all its handlers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::delivery::Delivery;
use super::registry::{HookRegistry, RegisteredHandler};
use super::turns::{Delivering, Turn};
use crate::event::bus::Bus;
use crate::event::{HookOutcome, PluginName, SpanId, StreamId};
use crate::permission::{Ask, Denial, Permissions, Permit, ReadWorkflow, WriteWorkflow};
use crate::runtime::hook_threads::HookThreads;

/// What a plugin whose handler never returned becomes. Called from a task; must not block.
pub trait QuarantineSink: Send + Sync + 'static {
    fn quarantine(&self, plugin: &PluginName, reason: String);
}

/// Delivers hooks. One serves all runs, several at once.
pub struct HookChain {
    pub registry: Arc<HookRegistry>,
    pub(super) bus: Bus,
    permissions: Permissions,
    pub(super) threads: HookThreads,
    pub(super) quarantine: Arc<dyn QuarantineSink>,
    /// For handlers that declare no limit of their own.
    pub(super) timeout: Duration,
}

/// Where a hook is delivered.
#[derive(Debug, Clone)]
pub struct Place {
    pub stream: StreamId,
    pub parent: Option<SpanId>,
    /// Ends the chain, at once.
    pub cancel: CancellationToken,
}

/// What a chain came to.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainOutcome {
    /// The payload, its last part as the handlers left it.
    pub args: Vec<Value>,
    /// Why not all handlers were called, if so.
    pub stop: Option<ChainStop>,
    /// The deliveries that failed or took too long, also the one that stopped the chain.
    pub failures: Vec<HookFailure>,
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
        HookChain { registry, bus, permissions, threads, quarantine, timeout }
    }

    /// Hands `args` to the hook's handlers, one after the other, each getting what the one before left. Returns when
    /// all had their turn, or one stopped the chain, or `place.cancel` is set.
    pub async fn deliver(&self, hook: HookName, args: Vec<Value>, place: Place) -> ChainOutcome {
        let mut waiting = VecDeque::new();
        for (order, handler) in (1..).zip(self.registry.chain(hook)) {
            let permit = self.may_read(hook, &handler, &place).await.map(Arc::new);
            let permit = permit.map_err(|denial| (HookOutcome::NotPermitted, denial.to_string()));
            let span = self.bus.new_span(place.stream);
            waiting.push_back(Turn { handler, order, span, permit });
        }
        let outcome = ChainOutcome { args, stop: None, failures: Vec::new() };
        let mut delivering = Delivering { chain: self, hook, place, waiting, outcome };
        while !delivering.is_over() {
            delivering.round().await;
        }
        delivering.skip_rest().await;
        delivering.outcome
    }

    /// Whether a handler may be called with the hook's payload.
    async fn may_read(
        &self,
        hook: HookName,
        handler: &RegisteredHandler,
        place: &Place,
    ) -> Result<Permit<ReadWorkflow>, Denial> {
        let (plugin, stream) = (handler.plugin.clone(), place.stream);
        match hook {
            HookName::PreWorkflowExecution | HookName::PostWorkflowExecution => {
                self.permissions.authorize(Ask { plugin, scope: None, stream, span: place.parent }).await
            }
        }
    }

    /// Whether a handler's answer counts.
    pub(super) async fn may_write(&self, delivery: &Delivery<'_>) -> Result<Permit<WriteWorkflow>, Denial> {
        let (plugin, stream) = (delivery.handler.plugin.clone(), delivery.place.stream);
        match delivery.hook {
            HookName::PreWorkflowExecution | HookName::PostWorkflowExecution => {
                self.permissions.authorize(Ask { plugin, scope: None, stream, span: Some(delivery.span) }).await
            }
        }
    }
}
