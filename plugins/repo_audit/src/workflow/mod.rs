//! The workflow `repo_audit`: all inspections at once, then a review of what they say.
//!
//! - `plan`: what the review holds the reports against.
//! - `results`: from the agents' text to the run's results.

mod plan;
mod results;

use std::future::Future;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use orchestrator_sdk::prelude::*;
use orchestrator_sdk::protocol::target::AgentOutcome;

use results::Inspected;

use crate::agent::INSPECTIONS;
use crate::settings::{Settings, resolve_tree, workflow_schema};

/// The workflow's name.
pub const NAME: &str = "repo_audit";
const REVIEWER: &str = "reviewer_agent";

/// The workflow, with the plugin's config.
pub struct RepoAudit {
    config: Map<String, Value>,
}

impl RepoAudit {
    pub fn new(config: Map<String, Value>) -> Self {
        RepoAudit { config }
    }
}

impl Workflow for RepoAudit {
    fn name(&self) -> &str {
        NAME
    }

    fn description(&self) -> &str {
        "Inspects a source tree: size, debt, dependencies and documentation; then reviews the reports"
    }

    fn agents(&self) -> Vec<String> {
        INSPECTIONS.iter().map(|(name, ..)| *name).chain([REVIEWER]).map(str::to_owned).collect()
    }

    fn config_schema(&self) -> Option<Value> {
        Some(workflow_schema())
    }

    fn execute(&self, request: WorkflowRequest, context: CallContext) -> WorkflowStream {
        let project = match request.context.get("project").and_then(Value::as_str) {
            Some(project) => PathBuf::from(project),
            None => context.plugin().project_dir().to_path_buf(),
        };
        audit(&self.config, request, &project, context)
    }
}

/// Runs an agent to its end.
trait RunAgent: Send + Sync + 'static {
    fn run(&self, name: &str, request: AgentRequest) -> impl Future<Output = Result<AgentOutcome, PluginError>> + Send;
}

impl RunAgent for CallContext {
    async fn run(&self, name: &str, request: AgentRequest) -> Result<AgentOutcome, PluginError> {
        self.run_agent(name, request).await
    }
}

fn audit(
    config: &Map<String, Value>,
    request: WorkflowRequest,
    project: &Path,
    runner: impl RunAgent,
) -> WorkflowStream {
    let prepared = resolve_tree(request.config.get("path"), project)
        .and_then(|root| Ok((root, Settings::from_layers(config, &request.config)?)));
    Box::pin(try_stream! {
        let (root, settings) = prepared.map_err(PluginError::new)?;
        let mut tree = request.context.get("tree").and_then(Value::as_object).cloned().unwrap_or_default();
        tree.insert("path".to_owned(), Value::from(root.to_string_lossy()));
        let task = match request.requirements.trim() {
            "" => "Audit this source tree".to_owned(),
            requirements => requirements.to_owned(),
        };

        yield WorkflowEvent::phase_start("inspect");
        let mut context = settings.to_map();
        context.insert("path".to_owned(), Value::from(root.to_string_lossy()));
        let inspection = AgentRequest { task: task.clone(), context: Value::Object(context) };
        let runs = INSPECTIONS.iter().map(|(name, ..)| runner.run(name, inspection.clone()));
        let outcomes = join_all(runs).await;
        if let Some(error) = nobody_succeeded(&outcomes) {
            Err(error)?;
        }
        let names = INSPECTIONS.iter().map(|(name, ..)| *name);
        let inspected: Vec<_> = names.zip(outcomes).map(|(name, outcome)| Inspected::new(name, outcome)).collect();
        yield WorkflowEvent::phase_complete("inspect", results::summaries(&inspected));

        yield WorkflowEvent::phase_start("review");
        let context = json!({"plan": plan::STEPS, "result": results::combined_text(&inspected)});
        let review = runner.run(REVIEWER, AgentRequest { task, context }).await;
        let review = Inspected::new(REVIEWER, review);
        yield WorkflowEvent::phase_complete("review", results::review(&review));

        let (status, results) = results::build(tree, &inspected, &review);
        yield WorkflowEvent::final_result(status, results);
    })
}

/// The first error, if there is nothing but errors: it tells a refusal and a cancellation from a failure.
fn nobody_succeeded(outcomes: &[Result<AgentOutcome, PluginError>]) -> Option<PluginError> {
    if outcomes.iter().any(Result::is_ok) { None } else { outcomes.iter().find_map(|o| o.clone().err()) }
}

#[cfg(test)]
mod tests;
