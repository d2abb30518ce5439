//! One stream, followed over as many connections as it takes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Response, StatusCode};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::backoff::Backoff;
use super::link::Link;
use super::sse::Lines;
use super::trouble::Trouble;
use super::wire::{Wire, innermost};
use crate::event::{Event, EventKind, StreamId};
use crate::orchestrator::api::{Feed, INSTANCE_HEADER};

/// The server says something at least every 15 seconds.
const SILENT: Duration = Duration::from_secs(45);
/// Batches that wait for the follower; when they are full, nothing more is read, and the server makes no more.
const BATCHES: usize = 4;

/// A stream of the remote host. Dropping it ends it.
pub struct RemoteFeed {
    batches: mpsc::Receiver<Vec<Arc<Event>>>,
    _reader: AbortOnDropHandle<()>,
}

impl RemoteFeed {
    /// Follows from the event numbered `from`.
    pub fn open(wire: Arc<Wire>, link: Arc<Link>, stream: StreamId, from: u64) -> Self {
        let (sender, batches) = mpsc::channel(BATCHES);
        let instance = link.instance();
        let reader = Reader { wire, link, stream, next: from.max(1), instance, sender };
        RemoteFeed { batches, _reader: AbortOnDropHandle::new(tokio::spawn(reader.follow())) }
    }
}

impl Feed for RemoteFeed {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Arc<Event>>>> {
        self.batches.recv().boxed()
    }
}

struct Reader {
    wire: Arc<Wire>,
    link: Arc<Link>,
    stream: StreamId,
    /// The number of the next event to deliver.
    next: u64,
    /// The process that numbered the host's events so far.
    instance: String,
    sender: mpsc::Sender<Vec<Arc<Event>>>,
}

/// How a connection ended.
enum End {
    /// There is nothing more, or nobody wants it.
    Over,
    Broken(Trouble),
}

impl Reader {
    async fn follow(mut self) {
        let mut backoff = Backoff::new();
        loop {
            self.link.present().await;
            let before = self.next;
            match self.connection().await {
                End::Over => return,
                End::Broken(trouble) => self.link.lost(&trouble),
            }
            if self.next != before {
                backoff = Backoff::new();
            }
            backoff.wait().await;
        }
    }

    async fn connection(&mut self) -> End {
        let path = format!("/api/v1/streams/{}/events?from={}", self.stream, self.next);
        let response = match self.wire.open(&path, "text/event-stream").await {
            Ok(response) => response,
            Err(Trouble::Refused(status, error)) => return self.refused(status, error),
            Err(trouble) => return End::Broken(trouble),
        };
        if response.status() == StatusCode::NO_CONTENT {
            return End::Over;
        }
        if self.is_of_another(&response) {
            // Its numbers begin anew: what was asked for may leave some out.
            return match self.next {
                1 => self.read(response).await,
                _ => {
                    self.next = 1;
                    Box::pin(self.connection()).await
                }
            };
        }
        self.read(response).await
    }

    /// Whether another process answers than the one that the events so far were of, which is remembered then. A run's
    /// events are the same from every one.
    fn is_of_another(&mut self, response: &Response<Incoming>) -> bool {
        let named = response.headers().get(INSTANCE_HEADER).and_then(|value| value.to_str().ok());
        match named {
            Some(instance) if self.stream == StreamId::Host && instance != self.instance => {
                instance.clone_into(&mut self.instance);
                true
            }
            Some(_) | None => false,
        }
    }

    fn refused(&mut self, status: StatusCode, error: crate::orchestrator::api::FacadeError) -> End {
        match status {
            // The host that is there now has not come as far as the one before.
            StatusCode::BAD_REQUEST if self.stream == StreamId::Host && self.next > 1 => {
                self.next = 1;
                End::Broken(Trouble::Lost("it is another host than before".to_owned()))
            }
            // Another token may be right again when the server is started anew.
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                End::Broken(Trouble::Refused(status, error))
            }
            status if status.is_client_error() => {
                tracing::warn!(stream = %self.stream, %error, "the stream can't be followed");
                End::Over
            }
            _ => End::Broken(Trouble::Refused(status, error)),
        }
    }

    async fn read(&mut self, response: Response<Incoming>) -> End {
        let mut body = response.into_body();
        let mut lines = Lines::default();
        loop {
            let piece = match tokio::time::timeout(SILENT, body.frame()).await {
                Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
                Ok(Some(Err(error))) => return End::Broken(Trouble::Lost(innermost(&error))),
                Ok(None) => return End::Broken(Trouble::Lost("the server ended the stream".to_owned())),
                Err(_) => return End::Broken(Trouble::Lost("nothing came for too long".to_owned())),
            };
            let mut batch = Vec::new();
            let whole = lines.push(&piece, |data| batch.extend(self.take(data)));
            let is_last = batch.last().is_some_and(|event| matches!(event.kind, EventKind::RunFinished { .. }));
            if !batch.is_empty() && self.sender.send(batch).await.is_err() {
                return End::Over;
            }
            if is_last {
                return End::Over;
            }
            if whole.is_err() {
                return End::Broken(Trouble::Odd("an event has no end".to_owned()));
            }
        }
    }

    /// An event that was not there yet.
    fn take(&mut self, data: &[u8]) -> Option<Arc<Event>> {
        let event: Event = match serde_json::from_slice(data) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(stream = %self.stream, %error, "an event can't be read");
                return None;
            }
        };
        if event.seq < self.next {
            return None;
        }
        self.next = event.seq + 1;
        Some(Arc::new(event))
    }
}
