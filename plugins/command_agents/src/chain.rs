//! Agents one after the other.

use std::sync::Arc;

use orchestrator_sdk::prelude::*;

use crate::agent::INPUT;
use crate::config::Step;

/// Runs the steps in order, hands each one's output to the next, and stops at the first failure.
pub struct CommandChain {
    steps: Arc<Vec<Step>>,
}

impl CommandChain {
    pub fn new(steps: Vec<Step>) -> Self {
        CommandChain { steps: Arc::new(steps) }
    }
}

impl Workflow for CommandChain {
    fn name(&self) -> &str {
        "command_chain"
    }

    fn description(&self) -> &str {
        "Runs agents in order, each with the output of the one before, until one fails"
    }

    fn agents(&self) -> Vec<String> {
        self.steps.iter().map(|step| step.agent.clone()).collect()
    }

    fn config_schema(&self) -> Option<Value> {
        Some(json!({
            "type": "object",
            "properties": {
                "steps": {
                    "type": "array",
                    "description": "The steps, instead of the plugin's `chain`: objects with `agent` and perhaps `task`",
                    "items": {"type": "object", "required": ["agent"]}
                }
            }
        }))
    }

    fn execute(&self, request: WorkflowRequest, context: CallContext) -> WorkflowStream {
        let configured = self.steps.clone();
        Box::pin(try_stream! {
            let steps = match request.config.get("steps") {
                Some(steps) => read_steps(steps)?,
                None => configured.to_vec(),
            };
            if steps.is_empty() {
                Err(PluginError::new(
                    "there are no steps: define `chain` in config/plugins/command_agents.json, or give --config steps=[…]",
                ))?;
            }
            let mut done: Vec<Value> = Vec::new();
            let mut output = String::new();
            let mut status = "completed";
            for (number, step) in steps.iter().enumerate() {
                let phase = format!("{} {}", number + 1, step.agent);
                yield WorkflowEvent::phase_start(phase.clone());
                let task = step.task.clone().unwrap_or_else(|| request.requirements.clone());
                let ask = AgentRequest { task, context: json!({ INPUT: output }) };
                match context.run_agent(&step.agent, ask).await {
                    Ok(outcome) => {
                        output = outcome.output;
                        let result = json!({"agent": step.agent, "status": "completed", "bytes": output.len()});
                        done.push(result.clone());
                        yield WorkflowEvent::phase_complete(phase, result);
                    }
                    // These end the run as what they are, and not as a step that failed.
                    Err(error @ (PluginError::Cancelled(_) | PluginError::Permission(_))) => Err(error)?,
                    Err(error) => {
                        let result = json!({"agent": step.agent, "status": "failed", "reason": error.to_string()});
                        done.push(result.clone());
                        yield WorkflowEvent::phase_complete(phase, result);
                        status = "failed";
                        break;
                    }
                }
            }
            let skipped: Vec<&str> = steps.iter().skip(done.len()).map(|step| step.agent.as_str()).collect();
            yield WorkflowEvent::final_result(status, json!({"steps": done, "skipped": skipped, "output": output}));
        })
    }
}

fn read_steps(steps: &Value) -> Result<Vec<Step>, PluginError> {
    serde_json::from_value(steps.clone()).map_err(|error| {
        PluginError::new(format!("the config's `steps` don't fit: {error}; write objects with `agent`"))
    })
}
