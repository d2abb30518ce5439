//! The trace of one delivery: its span and its events.

use std::time::Duration;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;

use super::chain::Place;
use super::registry::RegisteredHandler;
use crate::event::bus::Bus;
use crate::event::{BodyRef, Draft, EventKind, HookOutcome, SpanId, value};

/// One handler's turn.
pub(super) struct Delivery<'a> {
    pub bus: &'a Bus,
    pub place: &'a Place,
    pub hook: HookName,
    pub handler: &'a RegisteredHandler,
    pub order: u32,
    pub span: SpanId,
}

impl Delivery<'_> {
    pub async fn started(&self) {
        let handler = self.handler.info.handler.clone();
        self.emit(EventKind::HookStarted { hook: self.hook, handler, order: self.order }).await;
    }

    /// The delivery is over, or never began.
    pub async fn finished(&self, outcome: HookOutcome, reason: Option<String>, took: Duration) {
        self.finish(outcome, reason, took, None).await;
    }

    /// The payload's last part is another now. Both are kept, fit to be shown.
    pub async fn changed(&self, before: &Value, after: &Value, took: Duration) {
        let bodies = (self.keep(before).await, self.keep(after).await);
        self.finish(HookOutcome::Changed, None, took, Some(bodies)).await;
    }

    async fn keep(&self, part: &Value) -> BodyRef {
        self.bus.keep_body(value::fit(part.clone()).to_string().into_bytes()).await
    }

    async fn finish(
        &self,
        outcome: HookOutcome,
        reason: Option<String>,
        took: Duration,
        bodies: Option<(BodyRef, BodyRef)>,
    ) {
        let (before, after) = bodies.unzip();
        self.emit(EventKind::HookFinished {
            hook: self.hook,
            handler: self.handler.info.handler.clone(),
            order: self.order,
            outcome,
            reason,
            duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            before,
            after,
        })
        .await;
    }

    async fn emit(&self, kind: EventKind) {
        let draft = Draft::new(self.place.stream, kind).span(self.span).parent(self.place.parent);
        self.bus.emit(draft.plugin(Some(self.handler.plugin.clone()))).await;
    }
}
