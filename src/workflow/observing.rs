//! The hooks that only look at a run: what happens in it, and how it ended.
//!
//! `run_event` never slows a run: its handlers are fed from the side, in batches, and what they don't keep up with is
//! left out and counted. `run_end` comes once, when everything else of the run is over, and before its last event.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use orchestrator_protocol::hook::HookName;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use super::hooks::aborted;
use super::live::LiveRun;
use super::payload::{run_end, run_event};
use crate::agent::Stop;
use crate::event::bus::Subscription;
use crate::event::{Event, RunStatus, SpanId, StreamId};
use crate::hook::{ChainStop, Place};

/// How long events are gathered for one batch, and how many at most.
const GATHER: Duration = Duration::from_millis(100);
const BATCH: usize = 256;
/// As many events as the handlers may be behind.
const BEHIND: u64 = 4096;
/// How long a run that is over waits for the last batches, and for all `run_end` handlers together.
const LAST: Duration = Duration::from_millis(500);
const AT_END: Duration = Duration::from_secs(1);

/// Whoever observes one run.
pub(super) struct Observer {
    engine: Arc<Engine>,
    live: Arc<LiveRun>,
    feeding: Option<Feeding>,
}

struct Feeding {
    /// No more events come.
    last: CancellationToken,
    /// Nobody waits any more.
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Observer {
    pub fn start(engine: &Arc<Engine>, live: &Arc<LiveRun>) -> Self {
        let feeding = engine.parts.hooks.is_handled(HookName::RunEvent).then(|| {
            let (last, cancel) = (CancellationToken::new(), CancellationToken::new());
            let feed = Feed::new(engine.clone(), live.clone(), last.clone(), cancel.clone());
            Feeding { last, cancel, task: tokio::spawn(feed.run()) }
        });
        Observer { engine: engine.clone(), live: live.clone(), feeding }
    }

    /// The run is over, all but its last event.
    pub async fn end(self, status: RunStatus, reason: Option<&str>) {
        if let Some(mut feeding) = self.feeding {
            feeding.last.cancel();
            if timeout(LAST, &mut feeding.task).await.is_err() {
                feeding.cancel.cancel();
                // It ends at once now; a panic of ours was logged.
                let _ = feeding.task.await;
            }
        }
        if !self.engine.parts.hooks.is_handled(HookName::RunEnd) {
            return;
        }
        let cancel = CancellationToken::new();
        let place = Place {
            without: self.live.without.clone(),
            cancelled: "the time of all run_end handlers together was up",
            ..Place::new(StreamId::Run(self.live.id), cancel.clone())
        };
        let args = run_end::parts(self.live.context(), status, reason);
        let delivery = self.engine.parts.hooks.deliver(HookName::RunEnd, args, place);
        tokio::pin!(delivery);
        let outcome = match timeout(AT_END, &mut delivery).await {
            Ok(outcome) => outcome,
            Err(_) => {
                cancel.cancel();
                delivery.await
            }
        };
        self.live.add_failures(outcome.failures);
    }
}

/// Brings a run's events to the handlers of `run_event`.
struct Feed {
    engine: Arc<Engine>,
    live: Arc<LiveRun>,
    last: CancellationToken,
    cancel: CancellationToken,
    events: Subscription,
    /// All deliveries happen in it. What happens there is not handed to them again, or it would never end.
    span: SpanId,
    /// The number of the next event.
    next: u64,
    dropped: u64,
}

impl Feed {
    fn new(engine: Arc<Engine>, live: Arc<LiveRun>, last: CancellationToken, cancel: CancellationToken) -> Self {
        let (bus, stream) = (&engine.parts.bus, StreamId::Run(live.id));
        let (events, span) = (bus.subscribe(stream, 1), bus.new_span(stream));
        Feed { engine, live, last, cancel, events, span, next: 1, dropped: 0 }
    }

    async fn run(mut self) {
        while !self.cancel.is_cancelled() {
            let is_last = self.last.is_cancelled();
            let batch = self.gather().await;
            if !batch.is_empty() {
                self.deliver(&batch).await;
            } else if is_last {
                return;
            }
        }
    }

    /// The next events; none when nothing is ready and nothing more will come.
    async fn gather(&mut self) -> Vec<Arc<Event>> {
        let mut batch = Vec::new();
        let mut until = None;
        while batch.len() < BATCH {
            let last = self.last.clone();
            let is_time = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            let events = tokio::select! {
                biased;
                events = self.events.next() => events,
                () = is_time => break,
                // What is ready comes first, so that nothing is missing before the end.
                () = last.cancelled() => self.events.next().now_or_never().flatten(),
            };
            let Some(events) = events else { break };
            let Some(newest) = events.last() else { break };
            self.next = newest.seq + 1;
            batch.extend(events.into_iter().filter(|event| !self.is_own(event)));
            if !batch.is_empty() && until.is_none() {
                until = Some(Instant::now() + GATHER);
            }
        }
        batch
    }

    fn is_own(&self, event: &Event) -> bool {
        event.span == Some(self.span) || event.parent == Some(self.span)
    }

    async fn deliver(&mut self, batch: &[Arc<Event>]) {
        let place = Place {
            parent: Some(self.span),
            without: self.live.without.clone(),
            ..Place::new(StreamId::Run(self.live.id), self.cancel.clone())
        };
        let args = run_event::parts(self.live.id, batch, self.dropped);
        let outcome = self.engine.parts.hooks.deliver(HookName::RunEvent, args, place).await;
        self.live.add_failures(outcome.failures);
        if let Some(ChainStop::Aborted(failure)) = outcome.stop {
            self.live.halt.stop(Stop::Failed(aborted(HookName::RunEvent, &failure)));
        }
        self.keep_up();
    }

    /// Skips what the handlers are too far behind.
    fn keep_up(&mut self) {
        let (bus, stream) = (&self.engine.parts.bus, StreamId::Run(self.live.id));
        let newest = bus.last_seq(stream);
        let next = newest.saturating_sub(BEHIND);
        if self.next < next {
            self.dropped += next - self.next;
            self.events = bus.subscribe(stream, next);
            self.next = next;
        }
    }
}
