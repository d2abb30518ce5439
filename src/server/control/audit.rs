//! Who decided what about permissions.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::event::PluginName;
use crate::orchestrator::api::{Answer, AuditEntry, Query};
use crate::server::extract::Query as Parameters;
use crate::server::problem::Problem;
use crate::server::shared::Shared;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Of this plugin alone.
    #[serde(default)]
    plugin: Option<PluginName>,
    /// The most entries; 10000 at most.
    #[serde(default = "limit")]
    #[param(default = 100, maximum = 10_000)]
    limit: u32,
}

fn limit() -> u32 {
    100
}

/// Read the audit log
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "read_audit", tag = "permissions", params(Filter),
    responses((status = 200, body = Vec<AuditEntry>, description = "What was decided or changed, by whom, and why")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    Parameters(Filter { plugin, limit }): Parameters<Filter>,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    match shared.ask(Query::Audit { plugin, limit }).await? {
        Answer::Audit(entries) => Ok(Json(entries)),
        _ => Err(Problem::unexpected_answer()),
    }
}
