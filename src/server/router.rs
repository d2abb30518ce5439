//! Who answers a request.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::{Router, middleware};

use super::guard::{self, Gate};
use super::limits::{self, Bounds};
use super::problem::Problem;
use super::shared::Shared;
use super::{access, control, plugin_routes};

/// The server's own resources; every other path is a plugin's. The layers are gone through from the last to the first.
pub fn router(shared: Shared, gate: Gate, bounds: Bounds) -> Router {
    let status = gate.status.clone();
    let (gate, bounds) = (Arc::new(gate), Arc::new(bounds));
    let (own, _) = control::router().split_for_parts();
    own.fallback(plugin_routes::call)
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(bounds.clone(), limits::whole))
        .layer(middleware::from_fn_with_state(gate, guard::guard))
        .layer(middleware::from_fn_with_state(bounds, limits::head))
        .layer(middleware::from_fn_with_state(status, access::note))
        .with_state(shared)
}

async fn other_method(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not take {method}", uri.path()))
        .remedy("the header `Allow` tells what it takes")
}
