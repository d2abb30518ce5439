//! The facade itself, for clients that are faces: every command and every query, as they are.

use axum::Json;
use axum::extract::State;

use crate::orchestrator::api::{Answer, Command, Done, Query};
use crate::server::extract::{Json as Body, Nothing, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// Send any command
#[utoipa::path(post, path = "/api/v1/commands", operation_id = "send_command", tag = "facade", request_body = Command,
    responses((status = 200, body = Done, description = "What it came to")))]
pub(super) async fn command(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
    Body(command): Body<Command>,
) -> Result<Json<Done>, Problem> {
    shared.act(command).await.map(Json)
}

/// Ask any query
///
/// Changes nothing.
#[utoipa::path(post, path = "/api/v1/queries", operation_id = "ask_query", tag = "facade", request_body = Query,
    responses((status = 200, body = Answer, description = "What is known")))]
pub(super) async fn query(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
    Body(query): Body<Query>,
) -> Result<Json<Answer>, Problem> {
    shared.ask(query).await.map(Json)
}
