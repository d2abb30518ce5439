//! What a client gets that started a run.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::event::RunId;
use crate::orchestrator::api::Done;
use crate::server::problem::Problem;

/// A run that goes on.
#[derive(Serialize, ToSchema)]
pub(super) struct Started {
    run: RunId,
}

/// With where to find the run.
pub(super) type Created = (StatusCode, [(HeaderName, String); 1], Json<Started>);

pub(super) fn created(done: &Done) -> Result<Created, Problem> {
    let Done::RunStarted { run } = *done else { return Err(Problem::unexpected_answer()) };
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v1/runs/{run}"))], Json(Started { run })))
}
