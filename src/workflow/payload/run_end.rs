//! `run_end`: the run, how it ended, and why.

use serde_json::Value;

use crate::event::RunStatus;

/// The run's context as its hooks left it, the status in the events' words, and the reason or null.
pub(in crate::workflow) fn parts(context: Value, status: RunStatus, reason: Option<&str>) -> Vec<Value> {
    vec![context, status.as_str().into(), reason.map_or(Value::Null, Value::from)]
}
