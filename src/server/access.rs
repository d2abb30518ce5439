//! What every request gets, let in or not: a number, a line in the log, and an answer even where a handler panics.
//!
//! The log never gets a header or a query: both may hold secrets.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::problem::Problem;
use super::status::Status;

/// By which the answer and the log's line find each other.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What is logged of a path.
const PATH_LIMIT: usize = 200;

/// Answers as the rest does, counted and logged.
pub async fn note(State(status): State<Arc<Status>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = status.asked();
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(PATH_LIMIT).collect();
    let mut response =
        AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| panicked(id, &*panic));
    let answer = response.status().as_u16();
    let taken = started.elapsed();
    tracing::info!(target: "orchestrator::access", request = id, %method, ?path, status = answer, ?taken);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn panicked(id: u64, panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(request = id, panic = ?words, "a request's handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server made a mistake; its log says more").into_response()
}
