//! The bytes of a stream.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::Stream;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::accept::Format;
use crate::event::Event;
use crate::orchestrator::api::Feed;

/// After this long without an event, server-sent events get a comment: proxies and clients see that it still lives.
pub const QUIET: Duration = Duration::from_secs(15);
/// A piece is sent when it has this many bytes, or when no further event is ready.
const PIECE: usize = 64 * 1024;
/// What comes first, so that a client sees at once that it is answered: how long a browser waits before it connects
/// again, in milliseconds.
const RETRY: &str = "retry: 1000\n\n";
/// As long as a stream of a server that ends waits for what was told already.
const LAST: Duration = Duration::from_millis(200);
const COMMENT: &str = ": alive\n\n";

/// Everything of the feed, until the run is over, the host gone, or the server ending. The next piece is made when the
/// one before was taken.
pub fn lines(
    mut feed: Box<dyn Feed>,
    format: Format,
    ending: CancellationToken,
    quiet: Duration,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    async_stream::stream! {
        if format == Format::Sse {
            yield Ok(Bytes::from_static(RETRY.as_bytes()));
        }
        loop {
            let batch = match next(&mut *feed, &ending, quiet).await {
                Next::Events(batch) => batch,
                Next::Quiet if format == Format::Sse => {
                    yield Ok(Bytes::from_static(COMMENT.as_bytes()));
                    continue;
                }
                Next::Quiet => continue,
                Next::End => break,
            };
            let mut piece = Vec::new();
            for event in batch {
                write(&mut piece, &event, format);
                if piece.len() >= PIECE {
                    yield Ok(Bytes::from(std::mem::take(&mut piece)));
                }
            }
            if !piece.is_empty() {
                yield Ok(Bytes::from(piece));
            }
        }
    }
}

enum Next {
    Events(Vec<std::sync::Arc<Event>>),
    Quiet,
    End,
}

async fn next(feed: &mut dyn Feed, ending: &CancellationToken, quiet: Duration) -> Next {
    tokio::select! {
        biased;
        () = ending.cancelled() => last(feed).await,
        batch = feed.next() => batch.map_or(Next::End, Next::Events),
        () = tokio::time::sleep_until(Instant::now() + quiet) => Next::Quiet,
    }
}

/// What was told before the server was to end, a run's end above all, is still sent.
async fn last(feed: &mut dyn Feed) -> Next {
    match tokio::time::timeout(LAST, feed.next()).await {
        Ok(Some(batch)) => Next::Events(batch),
        Ok(None) | Err(_) => Next::End,
    }
}

/// An event is one line of JSON, in which no line break can be.
fn write(piece: &mut Vec<u8>, event: &Event, format: Format) {
    let json = match serde_json::to_value(event) {
        Ok(json) => json,
        Err(error) => {
            tracing::error!(%error, stream = %event.stream, seq = event.seq, "an event can't be written");
            return;
        }
    };
    match format {
        Format::Sse => {
            let kind = json.get("type").and_then(Value::as_str).unwrap_or("message");
            piece.extend_from_slice(format!("id: {}\nevent: {kind}\ndata: {json}\n\n", event.seq).as_bytes());
        }
        Format::Ndjson => piece.extend_from_slice(format!("{json}\n").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::BoxFuture;
    use futures_util::{FutureExt, StreamExt};

    use super::*;
    use crate::event::{EventKind, RunId, SCHEMA_VERSION, StreamId, Timestamp};

    /// What is ready, batch by batch; then nothing comes any more, or the end.
    struct Script {
        batches: Vec<Vec<Arc<Event>>>,
        ends: bool,
    }

    impl Feed for Script {
        fn next(&mut self) -> BoxFuture<'_, Option<Vec<Arc<Event>>>> {
            match self.batches.is_empty() {
                false => std::future::ready(Some(self.batches.remove(0))).boxed(),
                true if self.ends => std::future::ready(None).boxed(),
                true => std::future::pending().boxed(),
            }
        }
    }

    fn event(seq: u64, phase: &str) -> Arc<Event> {
        Arc::new(Event {
            v: SCHEMA_VERSION,
            stream: StreamId::Run(RunId(1)),
            seq,
            time: Timestamp::from_micros(0),
            span: None,
            parent: None,
            plugin: None,
            kind: EventKind::PhaseStart { phase: phase.to_owned() },
        })
    }

    async fn text(feed: Script, format: Format) -> String {
        let pieces: Vec<_> = lines(Box::new(feed), format, CancellationToken::new(), QUIET).collect().await;
        pieces.into_iter().map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap()).collect()
    }

    #[tokio::test]
    async fn an_event_is_an_id_a_type_and_a_line_whatever_is_in_it() {
        let script = || Script { batches: vec![vec![event(1, "a\nb"), event(2, "c")]], ends: true };
        let sse = text(script(), Format::Sse).await;
        let head = "retry: 1000\n\nid: 1\nevent: phase_start\ndata: {\"v\":1,\"stream\":\"1\",\"seq\":1,";
        assert!(sse.starts_with(head), "{sse}");
        assert_eq!(sse.matches("\n\n").count(), 3, "{sse}");
        let ndjson = text(script(), Format::Ndjson).await;
        let phases: Vec<Value> =
            ndjson.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["phase"].clone()).collect();
        assert_eq!(phases, ["a\nb", "c"]);
    }

    #[tokio::test]
    async fn a_quiet_stream_says_that_it_lives_and_ends_with_the_server() {
        let ending = CancellationToken::new();
        let feed = Box::new(Script { batches: Vec::new(), ends: false });
        let mut stream = std::pin::pin!(lines(feed, Format::Sse, ending.clone(), Duration::from_millis(1)));
        assert_eq!(stream.next().await.unwrap().unwrap(), RETRY);
        assert_eq!(stream.next().await.unwrap().unwrap(), COMMENT);
        ending.cancel();
        assert!(stream.next().await.is_none());
    }

    #[tokio::test]
    async fn no_more_is_made_than_was_taken() {
        let long = "x".repeat(PIECE);
        let batch: Vec<_> = (1..=3).map(|seq| event(seq, &long)).collect();
        let feed = Box::new(Script { batches: vec![batch], ends: true });
        let mut stream = std::pin::pin!(lines(feed, Format::Ndjson, CancellationToken::new(), QUIET));
        let mut sizes = Vec::new();
        while let Some(piece) = stream.next().await {
            sizes.push(piece.unwrap().len() / PIECE);
        }
        assert_eq!(sizes, [1, 1, 1]);
    }
}
