//! Payloads of hooks, as they were kept.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::event::{BodyRef, ContentHash};
use crate::orchestrator::api::{Answer, Query};
use crate::server::extract::{Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// A hook's payload before or after
#[utoipa::path(get, path = "/api/v1/bodies/{hash}", operation_id = "show_body", tag = "hooks",
    params(("hash" = ContentHash, Path, description = "The `hash` of a reference to it")),
    responses((status = 200, body = Value,
        description = "The payload, secrets masked; as a text if less than the whole was kept")))]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(hash): Path<ContentHash>,
    _: Parameters<Nothing>,
) -> Result<Json<Value>, Problem> {
    // What is kept is found by its hash alone, and is text if it is no JSON any more.
    let body = BodyRef { hash, bytes: 0, truncated: false };
    match shared.ask(Query::Body { body }).await? {
        Answer::Body(value) => Ok(Json(value)),
        _ => Err(Problem::unexpected_answer()),
    }
}
