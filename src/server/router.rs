//! Who answers a request.

use std::sync::Arc;

use axum::http::{Method, StatusCode, Uri};
use axum::{Router, middleware};

use super::access;
use super::control;
use super::guard::{self, Gate};
use super::problem::Problem;
use super::shared::Shared;

/// The server's own resources; every other path is a plugin's.
pub fn router(shared: Shared, gate: Gate) -> Router {
    let status = gate.status.clone();
    let (own, _) = control::router().split_for_parts();
    own.fallback(nobodys)
        .method_not_allowed_fallback(other_method)
        .layer(middleware::from_fn_with_state(Arc::new(gate), guard::guard))
        .layer(middleware::from_fn_with_state(status, access::note))
        .with_state(shared)
}

async fn nobodys(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {}", uri.path()))
        .remedy("GET /openapi.json tells what there is")
}

async fn other_method(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not take {method}", uri.path()))
        .remedy("the header `Allow` tells what it takes")
}
