//! What one request may cost: the size of its head and body, and the time for each part of it.
//!
//! What a person may set is in [`ServerLimits`]. A stream of events has no limit but its connection's place.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{sleep, timeout};

use super::problem::Problem;
use super::status::Status;
use super::wire::Peer;
use crate::config::server::ServerLimits;

/// Bytes of all names and values of a head, and of its target.
const HEAD: usize = 16 * 1024;
/// Lines of a head.
const HEAD_LINES: usize = 100;
/// What is read of a head at all: a larger one is refused before anybody knows more of it, without a document.
pub const HEAD_READ: usize = 128 * 1024;
/// The same for its lines.
pub const HEAD_LINES_READ: usize = 1000;

/// The limits, and who counts what they refuse.
pub struct Bounds {
    pub limits: ServerLimits,
    pub status: Arc<Status>,
}

/// Refuses a head that is too large, before anything is made of it.
pub async fn head(State(bounds): State<Arc<Bounds>>, request: Request, next: Next) -> Response {
    let lines = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let fits = request.headers().len() <= HEAD_LINES && lines.sum::<usize>() + target <= HEAD;
    if fits {
        return next.run(request).await;
    }
    let detail = format!("the request's head is larger than {HEAD} bytes or {HEAD_LINES} lines");
    bounds.refuse(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, detail))
}

/// Reads the body whole, and gives the answer its time to begin.
pub async fn whole(State(bounds): State<Arc<Bounds>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match bounds.read(body).await {
        Ok(body) => body,
        Err(problem) => return bounds.refuse(problem),
    };
    let peer = parts.extensions.get::<Peer>().cloned();
    let gone = async {
        match peer {
            Some(peer) => peer.gone().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        response = next.run(Request::from_parts(parts, Body::from(body))) => response,
        // Nobody will read it.
        () = gone => bounds.refuse(Problem::new(StatusCode::REQUEST_TIMEOUT, "the client is gone")),
        () = sleep(bounds.limits.answer_time) => {
            let detail = format!("there is no answer after {:?}", bounds.limits.answer_time);
            bounds.refuse(Problem::new(StatusCode::GATEWAY_TIMEOUT, detail))
        }
    }
}

impl Bounds {
    async fn read(&self, body: Body) -> Result<Bytes, Problem> {
        let ServerLimits { body: most, body_time, .. } = self.limits;
        let Ok(read) = timeout(body_time, Limited::new(body, most).collect()).await else {
            let detail = format!("the request's body was not there after {body_time:?}");
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail));
        };
        match read {
            Ok(whole) => Ok(whole.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let detail = format!("the request's body is larger than {} KiB", most / 1024);
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).remedy("see the setting server.limits.body_kb"))
            }
            Err(_) => Err(Problem::bad_request("the request's body broke off, or is not as its head says")),
        }
    }

    /// Refuses, and ends the connection: what else comes on it is the rest of what was refused.
    fn refuse(&self, problem: Problem) -> Response {
        self.status.refused();
        let mut refusal = problem.into_response();
        refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        refusal
    }
}
