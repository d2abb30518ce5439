//! Delivering hooks within a run.
//!
//! A handler may run agents meanwhile: whoever owns the run takes them in, as at any other time.

use orchestrator_protocol::hook::HookName;
use serde_json::Value;

use super::engine::Engine;
use super::gate::Boundary;
use super::live::LiveRun;
use crate::agent::{Halt, Stop};
use crate::event::{SpanId, StreamId};
use crate::hook::{ChainStop, Place, Supplied};

/// Within what a hook of a run is delivered.
pub(super) struct Within<'a> {
    pub parent: Option<SpanId>,
    /// Ends the chain.
    pub halt: &'a Halt,
    /// How many deliveries it is made within.
    pub depth: u32,
}

/// What a chain left.
pub(super) enum Left {
    /// The payload.
    Parts(Vec<Value>),
    Supplied(Supplied),
}

impl Engine {
    /// Hands a hook's payload through the gate to its handlers. An error says why what the hook stands before or after
    /// does not go on: a handler denied it, or failed and its policy is to abort, which stops the whole run.
    pub(super) async fn deliver(
        &self,
        live: &LiveRun,
        hook: HookName,
        args: Vec<Value>,
        within: Within<'_>,
    ) -> Result<Left, Stop> {
        live.gate.pass(Boundary::Hooks(hook)).await?;
        let place = Place {
            parent: within.parent,
            without: live.without.clone(),
            depth: within.depth,
            ..Place::new(StreamId::Run(live.id), within.halt.token().clone())
        };
        let outcome = self.parts.hooks.deliver(hook, args, place).await;
        live.add_failures(outcome.failures);
        let Some(stop) = outcome.stop else {
            return Ok(outcome.supplied.map_or(Left::Parts(outcome.args), Left::Supplied));
        };
        let words = stop.words(hook);
        match stop {
            ChainStop::Denied(_) => Err(Stop::Denied(words)),
            ChainStop::Aborted(_) => {
                let stop = Stop::Failed(words);
                live.halt.stop(stop.clone());
                Err(stop)
            }
            ChainStop::Cancelled => {
                let over = || Stop::Over("it was to stop".to_owned());
                Err(within.halt.stopped().unwrap_or_else(over))
            }
        }
    }
}
