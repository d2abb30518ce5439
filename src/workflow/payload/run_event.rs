//! `run_event`: some events of a run, in order.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::event::{Event, RunId};

/// The events as the history keeps them, secrets masked, and how many before them were left out because the handlers
/// did not keep up.
pub(in crate::workflow) fn parts(run: RunId, events: &[Arc<Event>], dropped: u64) -> Vec<Value> {
    let events: Vec<Value> = events.iter().filter_map(|event| serde_json::to_value(event).ok()).collect();
    vec![json!({"run_id": run, "events": events, "dropped": dropped})]
}
