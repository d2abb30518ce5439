//! Workflows.

use axum::Json;
use axum::extract::State;

use crate::orchestrator::api::{Answer, Query, WorkflowSummary};
use crate::server::extract::{Nothing, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// List the workflows
#[utoipa::path(get, path = "/api/v1/workflows", operation_id = "list_workflows", tag = "workflows",
    responses((status = 200, body = Vec<WorkflowSummary>,
        description = "Those of the host and of every active plugin")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<WorkflowSummary>>, Problem> {
    match shared.ask(Query::Workflows).await? {
        Answer::Workflows(workflows) => Ok(Json(workflows)),
        _ => Err(Problem::unexpected_answer()),
    }
}
