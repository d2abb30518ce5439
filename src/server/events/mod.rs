//! Following a stream over HTTP: as server-sent events, or as lines of JSON.
//!
//! A client reads at its own pace. What it has not read stays in the stream's feed, which reads the history when it is
//! behind: one piece at a time is encoded here, and the next not before that one was taken. So a client costs the same
//! memory however far behind it is, and the run never waits for one.

mod accept;
mod lines;
mod start;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::instance::instance;
use super::problem::Problem;
use super::shared::Shared;
use crate::event::StreamId;
use crate::orchestrator::api::{Answer, INSTANCE_HEADER, Query};
use accept::Format;
pub use start::Start;

/// Answers with the stream's events from where the client wants them.
pub async fn follow(
    shared: &Shared,
    stream: StreamId,
    start: &Start,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let format = Format::wanted(headers)?;
    let (last, is_over) = match stream {
        StreamId::Run(run) => {
            let summary = shared.run(run).await?;
            (summary.last_seq, summary.status.is_some())
        }
        StreamId::Host => (host_seq(shared).await?, false),
    };
    let from = start.first(headers, stream, last)?;
    if is_over && from > last && last > 0 {
        // Tells a browser not to connect again.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let feed = shared.facade.subscribe(stream, from);
    let body = Body::from_stream(lines::lines(feed, format, shared.ending.clone(), lines::QUIET));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static(INSTANCE_HEADER), HeaderValue::from_static(instance())),
    ];
    Ok((headers, body).into_response())
}

async fn host_seq(shared: &Shared) -> Result<u64, Problem> {
    match shared.facade.query(Query::Snapshot).await? {
        Answer::Snapshot(snapshot) => Ok(snapshot.host_seq),
        _ => Err(Problem::unexpected_answer()),
    }
}
