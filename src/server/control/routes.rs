//! The routes of plugins that run.

use axum::Json;
use axum::extract::State;

use crate::orchestrator::api::{Answer, PluginRoute, Query};
use crate::server::extract::{Nothing, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// List the routes of plugins
///
/// Those that run. What each takes and answers is told below the plugin's own name.
#[utoipa::path(get, path = "/api/v1/routes", operation_id = "list_routes", tag = "routes",
    responses((status = 200, body = Vec<PluginRoute>, description = "Those that are shadowed or not permitted, too")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<PluginRoute>>, Problem> {
    match shared.ask(Query::Routes).await? {
        Answer::Routes(routes) => Ok(Json(routes)),
        _ => Err(Problem::unexpected_answer()),
    }
}
