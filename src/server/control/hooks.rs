//! Hook handlers, and what became of each in a run.

use axum::Json;
use axum::extract::State;
use orchestrator_protocol::hook::HookName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::event::{BodyRef, Event, EventKind, HookOutcome, PluginName, RunId, SpanId, StreamId, Timestamp};
use crate::orchestrator::api::{Answer, Command, Done, HandlerLasting, HookSummary, Query};
use crate::server::extract::{Json as Body, Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// Events that one request looks through.
const PAGE: u32 = 10_000;

/// Whether a handler is called, and for how long that holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    enabled: bool,
    lasting: HandlerLasting,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    /// The first event that is looked at: the last answer's `next`.
    #[serde(default = "first")]
    #[param(default = 1, minimum = 1)]
    from: u64,
}

fn first() -> u64 {
    1
}

/// A part of a run's trace.
#[derive(Serialize, ToSchema)]
pub(super) struct Trace {
    /// In the order in which they ended.
    deliveries: Vec<Delivery>,
    /// Where to go on; absent when there are no further events, as yet.
    next: Option<u64>,
}

/// One delivery of a hook that is over.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivery {
    seq: u64,
    time: Timestamp,
    span: Option<SpanId>,
    plugin: Option<PluginName>,
    hook: HookName,
    handler: String,
    /// The handler's place in its chain, from 1.
    order: u32,
    outcome: HookOutcome,
    reason: Option<String>,
    duration_us: u64,
    /// The payload's last part as the handler got it, at `/api/v1/bodies/{hash}`.
    before: Option<BodyRef>,
    /// And as it left it, if it changed it.
    after: Option<BodyRef>,
}

/// List the hook handlers
#[utoipa::path(get, path = "/api/v1/hooks", operation_id = "list_hooks", tag = "hooks",
    responses((status = 200, body = Vec<HookSummary>, description = "In the order in which they are called")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<HookSummary>>, Problem> {
    match shared.ask(Query::Hooks).await? {
        Answer::Hooks(hooks) => Ok(Json(hooks)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Let a handler be called, or keep it from being called
#[utoipa::path(put, path = "/api/v1/hooks/{plugin}/{hook}/{handler}", operation_id = "switch_handler", tag = "hooks",
    params(("plugin" = PluginName, Path, description = "The plugin's name"),
        ("hook" = HookName, Path, description = "The hook"),
        ("handler" = String, Path, description = "The handler's name")),
    request_body = Switch,
    responses((status = 200, body = Done, description = "It counts from now on")))]
pub(super) async fn switch(
    State(shared): State<Shared>,
    Path((plugin, hook, handler)): Path<(PluginName, HookName, String)>,
    _: Parameters<Nothing>,
    Body(Switch { enabled, lasting }): Body<Switch>,
) -> Result<Json<Done>, Problem> {
    shared.act(Command::SetHandler { plugin, hook, handler, enabled, lasting }).await.map(Json)
}

/// What became of each hook in a run
///
/// Those that are over.
#[utoipa::path(get, path = "/api/v1/runs/{run}/hooks", operation_id = "trace_run", tag = "hooks",
    params(("run" = RunId, Path, description = "The run's number"), From),
    responses((status = 200, body = Trace, description = "The deliveries among the run's next events")))]
pub(super) async fn of_run(
    State(shared): State<Shared>,
    Path(run): Path<RunId>,
    Parameters(From { from }): Parameters<From>,
) -> Result<Json<Trace>, Problem> {
    shared.run(run).await?;
    let query = Query::Events { stream: StreamId::Run(run), from_seq: from, limit: PAGE };
    let Answer::Events(events) = shared.ask(query).await? else { return Err(Problem::unexpected_answer()) };
    let is_whole = events.len() < PAGE as usize;
    let next = events.last().filter(|_| !is_whole).map(|last| last.seq + 1);
    Ok(Json(Trace { deliveries: events.into_iter().filter_map(delivery).collect(), next }))
}

fn delivery(event: Event) -> Option<Delivery> {
    let Event { seq, time, span, plugin, kind, .. } = event;
    let EventKind::HookFinished { hook, handler, order, outcome, reason, duration_us, before, after } = kind else {
        return None;
    };
    Some(Delivery { seq, time, span, plugin, hook, handler, order, outcome, reason, duration_us, before, after })
}
