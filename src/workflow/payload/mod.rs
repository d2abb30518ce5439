//! What the hooks of a run get, and what is taken of what they leave: one file for each kind of hook.
//!
//! A payload is a list of values. It must not know who handles it, nor what becomes of the run.

pub(super) mod agent;
pub(super) mod run_end;
pub(super) mod run_event;
pub(super) mod workflow;

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::event::RunId;

/// The context of a run as its first hook gets it. What handlers add to it stays in it to the run's end.
pub(super) fn context(
    run: RunId,
    workflow: &str,
    requirements: String,
    config: Map<String, Value>,
    project: &Path,
) -> Value {
    json!({
        "run_id": run,
        "workflow_type": workflow,
        "requirements": requirements,
        "config": config,
        "project": project.to_string_lossy(),
    })
}
