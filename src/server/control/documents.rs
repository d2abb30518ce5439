//! What tells of the API itself.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use crate::server::extract::{Nothing, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;
use crate::server::{docs, openapi};

/// The OpenAPI document
///
/// This one: of the server's own resources, and of the routes of plugins that run.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "documents",
    responses((status = 200, body = Value, description = "OpenAPI 3.1")))]
pub(super) async fn openapi(State(shared): State<Shared>, _: Parameters<Nothing>) -> Result<Json<Value>, Problem> {
    Ok(Json(openapi::document(&*shared.facade).await?))
}

/// A page that shows the document
///
/// It works without a network, and asks for the token, which it keeps in memory alone.
#[utoipa::path(get, path = "/docs", operation_id = "docs", tag = "documents", security(()),
    responses((status = 200, body = String, content_type = "text/html", description = "The page")))]
pub(super) async fn page(_: Parameters<Nothing>) -> Response {
    docs::page()
}
