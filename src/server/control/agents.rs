//! Agents, and runs of one alone.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::started::{Created, Started, created};
use crate::orchestrator::api::{AgentSummary, Answer, Command, GrantForRun, Query};
use crate::server::extract::{Json as Body, Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// What an agent is to do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAgentRun {
    /// In words.
    task: String,
    /// What the agent is given beside the task.
    #[serde(default)]
    context: Value,
    /// What else its request has.
    #[serde(default)]
    more: Box<Map<String, Value>>,
    /// Permissions for this run alone.
    #[serde(default)]
    grants: Vec<GrantForRun>,
    /// The longest that the run may take, in milliseconds; the setting applies without it.
    #[serde(default)]
    timeout_ms: Option<u64>,
    /// Whether the packages of the plugin that provides it are installed first, if it is approved and they are not.
    #[serde(default)]
    install: bool,
}

/// List the agents
#[utoipa::path(get, path = "/api/v1/agents", operation_id = "list_agents", tag = "agents",
    responses((status = 200, body = Vec<AgentSummary>, description = "Those of the host and of every active plugin")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<AgentSummary>>, Problem> {
    match shared.ask(Query::Agents).await? {
        Answer::Agents(agents) => Ok(Json(agents)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Run one agent alone
///
/// As a run of its own, whose events tell what becomes of it.
#[utoipa::path(post, path = "/api/v1/agents/{agent}/runs", operation_id = "run_agent", tag = "agents",
    params(("agent" = String, Path, description = "The agent's name")),
    request_body = NewAgentRun,
    responses((status = 201, body = Started, description = "The run has begun",
        headers(("Location" = String, description = "The run")))))]
pub(super) async fn start(
    State(shared): State<Shared>,
    Path(agent): Path<String>,
    _: Parameters<Nothing>,
    Body(new): Body<NewAgentRun>,
) -> Result<Created, Problem> {
    let NewAgentRun { task, context, more, grants, timeout_ms, install } = new;
    created(&shared.act(Command::StartAgent { agent, task, context, more, grants, timeout_ms, install }).await?)
}
