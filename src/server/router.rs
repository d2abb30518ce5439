//! Who answers a request.

use std::sync::Arc;

use axum::http::{Method, StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde_json::{Value, json};

use super::access;
use super::guard::{self, Gate};
use super::problem::Problem;
use super::shared::Shared;

/// The server's own resources; every other path is a plugin's.
pub fn router(shared: Shared, gate: Gate) -> Router {
    let status = gate.status.clone();
    Router::new()
        .route("/api/v1/health", get(health))
        .fallback(nobodys)
        .method_not_allowed_fallback(other_method)
        .layer(middleware::from_fn_with_state(Arc::new(gate), guard::guard))
        .layer(middleware::from_fn_with_state(status, access::note))
        .with_state(shared)
}

/// Alive, and nothing more: anybody may ask.
async fn health() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

async fn nobodys(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {}", uri.path()))
        .remedy("GET /openapi.json tells what there is")
}

async fn other_method(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not take {method}", uri.path()))
        .remedy("the header `Allow` tells what it takes")
}
