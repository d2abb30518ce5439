//! Whether a request is let in, before anything of it but its head is read: the name it came under, the page it came
//! from, and the token. Nothing here asks what it is for, but for the few paths that are open to all.

mod host;
mod origin;
pub mod token;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::status::Status;
pub use host::Names;
use token::Token;

/// What is open to all: whether the server is alive, and the page that asks for the token.
const OPEN: [&str; 2] = ["/api/v1/health", "/docs"];

/// Who is let in.
#[derive(Debug)]
pub struct Gate {
    pub names: Names,
    pub token: Token,
    /// Counts whom it refuses.
    pub status: Arc<Status>,
}

/// Passes a request on that may come in.
pub async fn guard(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match gate.check(&parts) {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => {
            gate.status.refused();
            let mut refusal = problem.into_response();
            if refusal.status() == StatusCode::UNAUTHORIZED {
                refusal.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            refusal
        }
    }
}

impl Gate {
    fn check(&self, parts: &Parts) -> Result<(), Problem> {
        let host = host::check(&self.names, parts)?;
        origin::check(parts, &host)?;
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        if (reads && OPEN.contains(&parts.uri.path())) || self.knows(parts) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNAUTHORIZED, "the request has no token, or not the right one")
            .remedy("send `Authorization: Bearer TOKEN`; `orchestrator serve token` prints it"))
    }

    fn knows(&self, parts: &Parts) -> bool {
        let mut all = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (all.next(), all.next()) else { return false };
        let Some((scheme, token)) = value.as_bytes().split_at_checked("Bearer ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Bearer ") && self.token.is(token)
    }
}
