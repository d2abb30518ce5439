//! Whether the server is there, and whether the host can be used.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::event::{PluginName, PluginState};
use crate::orchestrator::api::{Answer, Query};
use crate::server::extract::{Nothing, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `alive`.
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    ready: bool,
    /// Plugins that are being loaded or built.
    loading: Vec<PluginName>,
}

/// Whether the server is alive
///
/// Nothing more, so anybody may ask.
#[utoipa::path(get, path = "/api/v1/health", operation_id = "health", tag = "health", security(()),
    responses((status = 200, body = Health, description = "It is")))]
pub(super) async fn health(_: Parameters<Nothing>) -> Json<Health> {
    Json(Health { status: "alive" })
}

/// Whether the plugins are loaded
///
/// A plugin that can't be loaded keeps nothing from being ready.
#[utoipa::path(get, path = "/api/v1/ready", operation_id = "ready", tag = "health",
    responses((status = 200, body = Readiness, description = "The host can be used"),
        (status = 503, body = Readiness, description = "Plugins are being loaded, or the server is about to end")))]
pub(super) async fn ready(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<(StatusCode, Json<Readiness>), Problem> {
    let Answer::Plugins(plugins) = shared.ask(Query::Plugins).await? else {
        return Err(Problem::unexpected_answer());
    };
    let is_loading = |state| matches!(state, PluginState::Loading | PluginState::Building);
    let loading: Vec<PluginName> =
        plugins.into_iter().filter(|plugin| is_loading(plugin.state)).map(|plugin| plugin.name).collect();
    let ready = loading.is_empty() && !shared.ending.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(Readiness { ready, loading })))
}
