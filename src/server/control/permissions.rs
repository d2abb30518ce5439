//! What plugins may do.

use axum::Json;
use axum::extract::State;
use orchestrator_protocol::permission::Permission;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::event::PluginName;
use crate::orchestrator::api::{Answer, Command, Done, PermissionAnswer, PermissionView, Query};
use crate::server::extract::{Json as Body, Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// An answer to a plugin's request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAnswer {
    answer: PermissionAnswer,
    /// What of it; empty for everything that the plugin asks for.
    #[serde(default)]
    scope: Vec<String>,
}

/// List what plugins ask for and have
#[utoipa::path(get, path = "/api/v1/permissions", operation_id = "list_permissions", tag = "permissions",
    responses((status = 200, body = Vec<PermissionView>, description = "Every permission of every plugin")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<PermissionView>>, Problem> {
    match shared.ask(Query::Permissions).await? {
        Answer::Permissions(permissions) => Ok(Json(permissions)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Answer a plugin's request for a permission
#[utoipa::path(put, path = "/api/v1/permissions/{plugin}/{permission}", operation_id = "answer_permission", tag = "permissions",
    params(("plugin" = PluginName, Path, description = "The plugin's name"),
        ("permission" = Permission, Path, description = "The permission")),
    request_body = NewAnswer,
    responses((status = 200, body = Done, description = "It counts from now on")))]
pub(super) async fn answer(
    State(shared): State<Shared>,
    Path((plugin, permission)): Path<(PluginName, Permission)>,
    _: Parameters<Nothing>,
    Body(NewAnswer { answer, scope }): Body<NewAnswer>,
) -> Result<Json<Done>, Problem> {
    shared.act(Command::AnswerPermission { plugin, permission, scope, answer }).await.map(Json)
}

/// Take a permission away
///
/// At once: what uses it is denied.
#[utoipa::path(delete, path = "/api/v1/permissions/{plugin}/{permission}", operation_id = "revoke_permission", tag = "permissions",
    params(("plugin" = PluginName, Path, description = "The plugin's name"),
        ("permission" = Permission, Path, description = "The permission")),
    responses((status = 200, body = Done, description = "It is gone")))]
pub(super) async fn revoke(
    State(shared): State<Shared>,
    Path((plugin, permission)): Path<(PluginName, Permission)>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    shared.act(Command::RevokePermission { plugin, permission }).await.map(Json)
}

/// Forget every answer about a permission
///
/// What the plugin asks for is a request again.
#[utoipa::path(post, path = "/api/v1/permissions/{plugin}/{permission}/reset", operation_id = "reset_permission", tag = "permissions",
    params(("plugin" = PluginName, Path, description = "The plugin's name"),
        ("permission" = Permission, Path, description = "The permission")),
    responses((status = 200, body = Done, description = "They are forgotten")))]
pub(super) async fn reset(
    State(shared): State<Shared>,
    Path((plugin, permission)): Path<(PluginName, Permission)>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    shared.act(Command::ResetPermission { plugin, permission: Some(permission) }).await.map(Json)
}
