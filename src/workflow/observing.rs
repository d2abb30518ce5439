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
use super::live::LiveRun;
use super::own_spans::OwnSpans;
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
            is_time_limit: true,
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
    /// All deliveries happen in it.
    span: SpanId,
    /// What happens in it is not handed to the handlers again, or it would never end.
    own: OwnSpans,
    /// The number of the next event.
    next: u64,
    dropped: u64,
}

impl Feed {
    fn new(engine: Arc<Engine>, live: Arc<LiveRun>, last: CancellationToken, cancel: CancellationToken) -> Self {
        let (bus, stream) = (&engine.parts.bus, StreamId::Run(live.id));
        let (events, span) = (bus.subscribe(stream, 1), bus.new_span(stream));
        Feed { engine, live, last, cancel, events, span, own: OwnSpans::new(span), next: 1, dropped: 0 }
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
            batch.extend(self.others(events));
            if !batch.is_empty() && until.is_none() {
                until = Some(Instant::now() + GATHER);
            }
        }
        batch
    }

    /// What is for the handlers.
    fn others(&mut self, mut events: Vec<Arc<Event>>) -> Vec<Arc<Event>> {
        if let Some(newest) = events.last() {
            self.next = newest.seq + 1;
        }
        events.retain(|event| !self.own.look_at(event));
        events
    }

    async fn deliver(&mut self, batch: &[Arc<Event>]) {
        let place = Place {
            parent: Some(self.span),
            cancelled: "the run was over, and what it waits for its observers,",
            is_time_limit: true,
            without: self.live.without.clone(),
            ..Place::new(StreamId::Run(self.live.id), self.cancel.clone())
        };
        let args = run_event::parts(self.live.id, batch, self.dropped);
        let outcome = self.engine.parts.hooks.deliver(HookName::RunEvent, args, place).await;
        self.live.add_failures(outcome.failures);
        if let Some(stop @ ChainStop::Aborted(_)) = &outcome.stop {
            self.live.halt.stop(Stop::Failed(stop.words(HookName::RunEvent)));
        }
        self.keep_up().await;
    }

    /// Leaves out what the handlers are too far behind. It is looked at all the same: only so is it known what of it,
    /// and of what comes after it, was for them.
    async fn keep_up(&mut self) {
        let oldest = self.engine.parts.bus.last_seq(StreamId::Run(self.live.id)).saturating_sub(BEHIND);
        while self.next < oldest {
            let events = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return,
                events = self.events.next() => events,
            };
            let Some(events) = events else { return };
            self.dropped += self.others(events).len() as u64;
        }
    }
}
