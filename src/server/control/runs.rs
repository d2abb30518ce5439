//! Runs: start, look, cancel.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::BY;
use super::started::{Created, Started, created};
use crate::event::RunId;
use crate::orchestrator::api::{
    Answer, Command, Done, FailureKind, GrantForRun, HandlerRef, Query, RunFilter, RunSummary, StartRun,
};
use crate::server::extract::{Json as Body, Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// What is to be run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRun {
    /// The workflow's name.
    workflow_type: String,
    /// What is wanted, in words.
    requirements: String,
    #[serde(default)]
    config: Map<String, Value>,
    /// Permissions for this run alone.
    #[serde(default)]
    grants: Vec<GrantForRun>,
    /// The longest that the run may take, in milliseconds; the setting applies without it.
    #[serde(default)]
    timeout_ms: Option<u64>,
    /// Whether the packages of the plugin that provides it are installed first, if it is approved and they are not.
    #[serde(default)]
    install: bool,
    /// Hook handlers that are not called in this run.
    #[serde(default)]
    without_handlers: Vec<HandlerRef>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// The most runs; 10000 at most.
    #[serde(default = "limit")]
    #[param(default = 50, maximum = 10_000)]
    limit: u32,
}

fn limit() -> u32 {
    RunFilter::default().limit
}

/// List the runs
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/runs", operation_id = "list_runs", tag = "runs", params(Filter),
    responses((status = 200, body = Vec<RunSummary>, description = "The history of the project")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    Parameters(Filter { limit }): Parameters<Filter>,
) -> Result<Json<Vec<RunSummary>>, Problem> {
    match shared.ask(Query::Runs(RunFilter { limit })).await? {
        Answer::Runs(runs) => Ok(Json(runs)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Start a workflow
///
/// Answered when the run has begun; its events tell what becomes of it.
#[utoipa::path(post, path = "/api/v1/runs", operation_id = "start_run", tag = "runs", request_body = NewRun,
    responses((status = 201, body = Started, description = "The run has begun",
        headers(("Location" = String, description = "The run")))))]
pub(super) async fn start(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
    Body(new): Body<NewRun>,
) -> Result<Created, Problem> {
    let NewRun { workflow_type, requirements, config, grants, timeout_ms, install, without_handlers } = new;
    let start = StartRun { workflow_type, requirements, config, grants, timeout_ms, install, without_handlers };
    created(&shared.act(Command::StartRun(start)).await?)
}

/// One run
#[utoipa::path(get, path = "/api/v1/runs/{run}", operation_id = "show_run", tag = "runs",
    params(("run" = RunId, Path, description = "The run's number")),
    responses((status = 200, body = RunSummary, description = "How it stands, or ended")))]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(run): Path<RunId>,
    _: Parameters<Nothing>,
) -> Result<Json<RunSummary>, Problem> {
    shared.run(run).await.map(Json)
}

/// Cancel a run
#[utoipa::path(post, path = "/api/v1/runs/{run}/cancel", operation_id = "cancel_run", tag = "runs",
    params(("run" = RunId, Path, description = "The run's number")),
    responses((status = 200, body = Done, description = "It is being cancelled; its last event tells that it is"),
        (status = 409, description = "It is over, or goes on in another process", body = Problem,
            content_type = "application/problem+json")))]
pub(super) async fn cancel(
    State(shared): State<Shared>,
    Path(run): Path<RunId>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    shared.run(run).await?;
    shared.facade.command(Command::CancelRun { run, by: BY.to_owned() }).await.map(Json).map_err(|error| {
        let kind = error.kind;
        let problem = Problem::from(error);
        if kind == FailureKind::Usage { problem.with_status(StatusCode::CONFLICT) } else { problem }
    })
}

impl Shared {
    /// A run that is there.
    pub(in crate::server) async fn run(&self, run: RunId) -> Result<RunSummary, Problem> {
        match self.ask(Query::Run { run }).await? {
            Answer::Run(summary) => Ok(*summary),
            _ => Err(Problem::unexpected_answer()),
        }
    }
}
