//! What a connection gets for which there is no room: a problem document, and its end.

use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::problem::Problem;
use super::wire::{Peer, Wire};

/// What writing it may take: it fits into what a socket takes without being read.
const LIMIT: Duration = Duration::from_secs(1);

/// Answers without having read anything. At once, whoever it is.
pub async fn turn_away(mut wire: Wire, peer: &Peer) {
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "there are too many connections already")
        .remedy("close some, or raise the setting server.limits.connections");
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 1\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let written = timeout(LIMIT, async {
        wire.write_all(answer.as_bytes()).await?;
        wire.shutdown().await
    });
    if matches!(written.await, Ok(Ok(()))) {
        peer.linger().await;
    }
}
