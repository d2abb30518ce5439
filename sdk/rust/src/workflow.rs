//! Workflows.

use std::pin::Pin;

use futures_util::Stream;
use serde_json::{Map, Value, json};

use crate::{CallContext, PluginError};

/// What a workflow yields, in order.
pub type WorkflowStream = Pin<Box<dyn Stream<Item = Result<WorkflowEvent, PluginError>> + Send>>;

/// Something that runs agents towards a result. One value serves every run, several at once.
pub trait Workflow: Send + Sync + 'static {
    /// The name by which people start it: the run's `workflow_type`.
    fn name(&self) -> &str;

    fn description(&self) -> &str;

    /// The agents that it runs, as far as it knows beforehand.
    fn agents(&self) -> Vec<String> {
        Vec::new()
    }

    /// A JSON Schema of its config.
    fn config_schema(&self) -> Option<Value> {
        None
    }

    /// Runs it. Agents are run with [`CallContext::run_agent`].
    fn execute(&self, request: WorkflowRequest, context: CallContext) -> WorkflowStream;
}

/// What a workflow is started with; the hooks have had their say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkflowRequest {
    pub requirements: String,
    pub config: Map<String, Value>,
    /// The whole hook context: run_id, workflow_type, requirements, config, project, and what hooks added.
    pub context: Map<String, Value>,
}

/// One event of a workflow, in the guide's shapes.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkflowEvent {
    PhaseStart {
        phase: String,
    },
    PhaseComplete {
        phase: String,
        result: Value,
    },
    /// What it came to. `status` is `completed` or `failed`.
    FinalResult {
        status: String,
        results: Value,
    },
    /// Anything else that is worth telling; kept and shown as it is.
    Other(Map<String, Value>),
}

impl WorkflowEvent {
    pub fn phase_start(phase: impl Into<String>) -> Self {
        WorkflowEvent::PhaseStart { phase: phase.into() }
    }

    pub fn phase_complete(phase: impl Into<String>, result: impl Into<Value>) -> Self {
        WorkflowEvent::PhaseComplete { phase: phase.into(), result: result.into() }
    }

    pub fn final_result(status: impl Into<String>, results: Value) -> Self {
        WorkflowEvent::FinalResult { status: status.into(), results }
    }

    /// The dict that travels.
    pub fn into_value(self) -> Value {
        match self {
            WorkflowEvent::PhaseStart { phase } => json!({"type": "phase_start", "phase": phase}),
            WorkflowEvent::PhaseComplete { phase, result } => {
                json!({"type": "phase_complete", "phase": phase, "result": result})
            }
            WorkflowEvent::FinalResult { status, results } => {
                json!({"type": "final_result", "status": status, "results": results})
            }
            WorkflowEvent::Other(data) => Value::Object(data),
        }
    }
}
