//! The host's own workflows.

mod plan_execute_review;

use std::sync::Arc;

use futures_util::stream::BoxStream;
use orchestrator_protocol::CallError;
use serde_json::{Map, Value};

use super::nested::AgentCaller;
pub use plan_execute_review::PlanExecuteReview;

/// A workflow of the host. One value serves every run, several at once.
pub trait BuiltinWorkflow: Send + Sync + 'static {
    /// The name by which people start it.
    fn name(&self) -> &'static str;

    fn description(&self) -> &'static str;

    /// The agents that it runs, as far as it knows beforehand.
    fn agents(&self) -> Vec<String>;

    /// A JSON Schema of its config.
    fn config_schema(&self) -> Option<Value>;

    /// Runs it: a stream of dicts in the shapes that plugins' workflows yield. Dropping the stream ends it.
    fn execute(&self, request: WorkflowRequest, agents: AgentCaller) -> BoxStream<'static, Result<Value, CallError>>;
}

/// What a workflow is started with; the hooks have had their say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkflowRequest {
    pub requirements: String,
    pub config: Map<String, Value>,
    /// The whole context that the hooks left.
    pub context: Map<String, Value>,
}

/// Every workflow of the host.
pub fn builtin_workflows() -> Vec<Arc<dyn BuiltinWorkflow>> {
    vec![Arc::new(PlanExecuteReview)]
}
