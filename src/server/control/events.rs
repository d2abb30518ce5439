//! Events as they come: of a run, of the host, or of any stream.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::event::{Event, RunId, StreamId};
use crate::server::events::{self, Start};
use crate::server::extract::{Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// Follow a run
///
/// Each of its events exactly once and in order, from the first, or after that which `Last-Event-ID` names. Ends after
/// `run_finished`. A client that reads slowly slows nobody.
#[utoipa::path(get, path = "/api/v1/runs/{run}/events", operation_id = "follow_run", tag = "runs",
    params(("run" = RunId, Path, description = "The run's number"), Start,
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event that the client has")),
    responses((status = 200, description = "As `Accept` says: server-sent events with their number as `id`, their type as \
        `event` and the whole event as `data`; or a line of JSON for each",
        content((Event = "text/event-stream"), (Event = "application/x-ndjson"))),
        (status = 204, description = "The run is over, and the client has its last event")))]
pub(super) async fn of_run(
    State(shared): State<Shared>,
    Path(run): Path<RunId>,
    Parameters(start): Parameters<Start>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    events::follow(&shared, StreamId::Run(run), &start, &headers).await
}

/// Follow the host
///
/// What happens outside any run, in the process that serves this. A later process counts from 1 again.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "follow_host", tag = "runs",
    params(Start, ("Last-Event-ID" = Option<u64>, Header, description = "The last event that the client has")),
    responses((status = 200, description = "As the events of a run",
        content((Event = "text/event-stream"), (Event = "application/x-ndjson")))))]
pub(super) async fn of_host(
    State(shared): State<Shared>,
    Parameters(start): Parameters<Start>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    events::follow(&shared, StreamId::Host, &start, &headers).await
}

/// Follow any stream
#[utoipa::path(get, path = "/api/v1/streams/{stream}/events", operation_id = "follow_stream", tag = "facade",
    params(("stream" = StreamId, Path, description = "`host`, or a run's number"), Start,
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event that the client has")),
    responses((status = 200, description = "As the events of a run",
        content((Event = "text/event-stream"), (Event = "application/x-ndjson"))),
        (status = 204, description = "The run is over, and the client has its last event")))]
pub(super) async fn of_stream(
    State(shared): State<Shared>,
    Path(stream): Path<StreamId>,
    Parameters(start): Parameters<Start>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    events::follow(&shared, stream, &start, &headers).await
}
