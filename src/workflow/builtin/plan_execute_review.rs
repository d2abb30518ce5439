//! `plan_execute_review`: plans, has any agent do the work, and reviews what it did.

use async_stream::try_stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::{Value, json};

use super::{BuiltinWorkflow, WorkflowRequest};
use crate::workflow::nested::AgentCaller;

const PLANNER: &str = "planner_agent";
const REVIEWER: &str = "reviewer_agent";

/// Plans the requirements, hands them with the plan to the agent that the config names, and reviews its output
/// against the plan.
pub struct PlanExecuteReview;

impl BuiltinWorkflow for PlanExecuteReview {
    fn name(&self) -> &'static str {
        "plan_execute_review"
    }

    fn description(&self) -> &'static str {
        "Plans, has an agent do the work, and reviews what it did against the plan"
    }

    fn agents(&self) -> Vec<String> {
        vec![PLANNER.to_owned(), REVIEWER.to_owned()]
    }

    fn config_schema(&self) -> Option<Value> {
        Some(json!({
            "type": "object",
            "properties": {
                "agent": {"type": "string", "description": "The name of the agent that does the work"},
            },
            "required": ["agent"],
        }))
    }

    fn execute(&self, request: WorkflowRequest, agents: AgentCaller) -> BoxStream<'static, Result<Value, CallError>> {
        try_stream! {
            let agent = agent_of(&request)?;
            let task = request.requirements;

            yield json!({"type": "phase_start", "phase": "planning"});
            let plan = agents.run(PLANNER, json!({"task": task, "context": {}})).await?;
            yield json!({"type": "phase_complete", "phase": "planning", "result": plan});

            yield json!({"type": "phase_start", "phase": "execution"});
            let result = agents.run(&agent, json!({"task": task, "context": {"plan": plan}})).await?;
            yield json!({"type": "phase_complete", "phase": "execution", "result": result});

            yield json!({"type": "phase_start", "phase": "review"});
            let context = json!({"plan": plan, "result": result});
            let review = agents.run(REVIEWER, json!({"task": task, "context": context})).await?;
            yield json!({"type": "phase_complete", "phase": "review", "result": review});

            let results = json!({"plan": plan, "result": result, "review": review});
            yield json!({"type": "final_result", "status": "completed", "results": results});
        }
        .boxed()
    }
}

fn agent_of(request: &WorkflowRequest) -> Result<String, CallError> {
    match request.config.get("agent") {
        Some(Value::String(agent)) if !agent.is_empty() => Ok(agent.clone()),
        _ => {
            let message = "the config names no agent that does the work; set `agent`, for example agent=planner_agent";
            Err(CallError::new(ErrorKind::InvalidRequest, message))
        }
    }
}
