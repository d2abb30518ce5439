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

/// The payload's last part as it was, and as it is now if that is something else; both are kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Bodies {
    pub before: Option<BodyRef>,
    pub after: Option<BodyRef>,
}

impl Delivery<'_> {
    pub async fn started(&self) {
        let handler = self.handler.info.handler.clone();
        self.emit(EventKind::HookStarted { hook: self.hook, handler, order: self.order }).await;
    }

    /// The handler was not called.
    pub async fn not_called(&self, outcome: HookOutcome, reason: String) {
        self.finished(outcome, Some(reason), Duration::ZERO, Bodies::default()).await;
    }

    pub async fn finished(&self, outcome: HookOutcome, reason: Option<String>, took: Duration, bodies: Bodies) {
        self.emit(EventKind::HookFinished {
            hook: self.hook,
            handler: self.handler.info.handler.clone(),
            order: self.order,
            outcome,
            reason,
            duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            before: bodies.before,
            after: bodies.after,
        })
        .await;
    }

    /// Keeps a part of the payload, fit to be shown.
    pub async fn keep(&self, part: &Value) -> BodyRef {
        self.bus.keep_body(value::fit(part.clone()).to_string().into_bytes()).await
    }

    async fn emit(&self, kind: EventKind) {
        let draft = Draft::new(self.place.stream, kind).span(self.span).parent(self.place.parent);
        self.bus.emit(draft.plugin(Some(self.handler.plugin.clone()))).await;
    }
}
