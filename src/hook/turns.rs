//! The handlers' turns, one after the other, while their thread runs ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::admission::Admission;
use super::chain::{ChainOutcome, ChainStop, HookChain, Place};
use super::delivery::Delivery;
use super::job::{Called, Job, Report, Verdict};
use super::registry::RegisteredHandler;
use crate::event::{BodyRef, HookOutcome, SpanId};
use crate::runtime::hook_threads::Ticket;

/// How far the hook thread may be ahead of the trace, in reports.
const REPORTS: usize = 16;

/// A handler before its turn.
pub(super) struct Turn {
    pub handler: Arc<RegisteredHandler>,
    pub order: u32,
    /// Its delivery's.
    pub span: SpanId,
    /// Or why it will not be called.
    pub admission: Result<Arc<Admission>, (HookOutcome, String)>,
}

/// A chain under way.
pub(super) struct Delivering<'a> {
    pub chain: &'a HookChain,
    pub hook: HookName,
    pub place: Place,
    pub waiting: VecDeque<Turn>,
    pub outcome: ChainOutcome,
    /// The payload's last part as it is now, once it was kept for the trace.
    pub kept: Option<BodyRef>,
}

/// The job that calls the handlers of one round.
pub(super) struct Thread {
    ticket: Ticket,
    reports: mpsc::Receiver<Report>,
    pub verdicts: std::sync::mpsc::Sender<Verdict>,
    /// Dropped, it has a handler that can be cancelled know that nobody waits for it.
    _wanted: DropGuard,
}

/// Whether the thread can be used for the next handler.
#[derive(PartialEq, Eq)]
pub(super) enum After {
    GoOn,
    Leave,
}

impl Delivering<'_> {
    pub fn is_over(&self) -> bool {
        self.waiting.is_empty() || self.outcome.is_final()
    }

    /// Calls the waiting handlers in one job, until the chain is over or a handler does not come back.
    pub async fn round(&mut self) {
        let mut thread = None;
        while !self.is_over() {
            if thread.is_none() && self.place.cancel.is_cancelled() {
                self.outcome.stop = Some(ChainStop::Cancelled);
                return;
            }
            let Some(turn) = self.waiting.pop_front() else { return };
            let delivery = Delivery {
                bus: &self.chain.bus,
                place: &self.place.clone(),
                hook: self.hook,
                handler: &turn.handler,
                order: turn.order,
                span: turn.span,
            };
            let admission = match turn.admission {
                Ok(admission) => admission,
                Err((outcome, reason)) => {
                    delivery.not_called(outcome, reason).await;
                    continue;
                }
            };
            if thread.is_none() {
                match self.start(self.called(&turn.handler, turn.span, admission.clone())) {
                    Ok(started) => thread = Some(started),
                    Err(reason) => {
                        self.fail(&delivery, HookOutcome::Failed, reason, Duration::ZERO).await;
                        continue;
                    }
                }
            }
            let Some(mut used) = thread.take() else { return };
            if self.follow(&mut used, &delivery, &admission).await == After::Leave {
                used.ticket.abandon();
                return;
            }
            thread = Some(used);
        }
    }

    /// Starts one job for `first` and all after it that are to be called.
    fn start(&self, first: Called) -> Result<Thread, String> {
        let may_be_called =
            |turn: &Turn| Some(self.called(&turn.handler, turn.span, turn.admission.as_ref().ok()?.clone()));
        let rest = self.waiting.iter().filter_map(may_be_called);
        let (sender, reports) = mpsc::channel(REPORTS);
        let (verdicts, receiver) = std::sync::mpsc::channel();
        let unwanted = CancellationToken::new();
        let job = Job {
            hook: self.hook,
            stream: self.place.stream,
            depth: self.place.depth,
            handlers: std::iter::once(first).chain(rest).collect(),
            args: self.outcome.args.clone(),
            permissions: self.chain.permissions.clone(),
            unwanted: unwanted.clone(),
            reports: sender,
            verdicts: receiver,
        };
        let ticket = self.chain.threads.run(Box::new(move || job.run())).map_err(|error| error.to_string())?;
        Ok(Thread { ticket, reports, verdicts, _wanted: unwanted.drop_guard() })
    }

    /// What the hook thread needs to know of one handler.
    fn called(&self, handler: &Arc<RegisteredHandler>, span: SpanId, admission: Arc<Admission>) -> Called {
        Called { handler: handler.clone(), admission, span, timeout: self.timeout(handler) }
    }

    fn timeout(&self, handler: &RegisteredHandler) -> Duration {
        handler.info.timeout_ms.map_or(self.chain.timeout, Duration::from_millis)
    }

    /// One handler's turn, from its start to its trace.
    async fn follow(&mut self, thread: &mut Thread, delivery: &Delivery<'_>, admission: &Admission) -> After {
        let timeout = self.timeout(delivery.handler);
        let (began, gate) = match self.report(thread, None).await {
            Heard::Report(Report::Started { at, gate }) => (at, gate),
            Heard::Report(Report::NotCalled(denial)) => {
                delivery.not_called(HookOutcome::NotPermitted, denial).await;
                return After::GoOn;
            }
            Heard::Cancelled => {
                self.outcome.stop = Some(ChainStop::Cancelled);
                delivery
                    .not_called(HookOutcome::Skipped, format!("{} before it was called", self.place.cancelled))
                    .await;
                return After::Leave;
            }
            Heard::Report(Report::Finished { .. }) | Heard::TimeIsUp | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended", Duration::ZERO).await;
                return After::Leave;
            }
        };
        // The trace may be behind its thread. One in this process has been called already.
        if gate.is_some()
            && let Some(denial) = admission.lost_already(&self.chain.permissions)
        {
            delivery.not_called(HookOutcome::NotPermitted, denial).await;
            return After::Leave;
        }
        delivery.handler.count_call();
        delivery.started().await;
        if let Some(gate) = gate {
            // A thread that is gone is noticed at the next report.
            let _ = gate.send(());
        }
        let heard = tokio::select! {
            biased;
            denial = admission.lost(&self.chain.permissions) => {
                let reason = format!("its answer was discarded: {denial}");
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::NotPermitted, Some(reason), began.elapsed(), bodies).await;
                return After::Leave;
            }
            heard = self.report(thread, began.checked_add(timeout)) => heard,
        };
        match heard {
            Heard::Report(Report::Finished { took, answer }) => self.settle(thread, delivery, answer, took).await,
            Heard::TimeIsUp => {
                let reason = format!("it did not return within {timeout:?}");
                self.give_up_on(delivery, &reason);
                self.fail(delivery, HookOutcome::TimedOut, reason, began.elapsed()).await;
                After::Leave
            }
            Heard::Cancelled => {
                self.outcome.stop = Some(ChainStop::Cancelled);
                let reason = Some(format!("{} while it was running", self.place.cancelled));
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::Failed, reason, began.elapsed(), bodies).await;
                After::Leave
            }
            Heard::Report(Report::Started { .. } | Report::NotCalled(_)) | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended", began.elapsed()).await;
                After::Leave
            }
        }
    }

    /// What the thread says next. What it has said already is heard even when the chain is cancelled.
    async fn report(&self, thread: &mut Thread, until: Option<Instant>) -> Heard {
        let time_is_up = async {
            match until {
                Some(until) => sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.place.cancel.cancelled() => thread.reports.try_recv().map_or(Heard::Cancelled, Heard::Report),
            report = thread.reports.recv() => report.map_or(Heard::Gone, Heard::Report),
            () = time_is_up => Heard::TimeIsUp,
        }
    }

    /// The handler hangs. In a process of its own it is ended; otherwise nothing of its plugin is called any more, here or elsewhere.
    fn give_up_on(&mut self, delivery: &Delivery<'_>, reason: &str) {
        if delivery.handler.port.ends_what_hangs() {
            return;
        }
        let plugin = &delivery.handler.plugin;
        self.chain.registry.remove(plugin);
        let handler = &delivery.handler.info.handler;
        self.chain.quarantine.quarantine(plugin, format!("its {} handler `{handler}` hangs: {reason}", self.hook));
        for turn in self.waiting.iter_mut().filter(|turn| turn.handler.plugin == *plugin) {
            turn.admission =
                Err((HookOutcome::Skipped, format!("nothing of its plugin is called any more: `{handler}` hangs")));
        }
    }

    /// The chain is over: who did not have a turn is told of in the trace.
    pub async fn skip_rest(&mut self) {
        for turn in std::mem::take(&mut self.waiting) {
            let span = turn.span;
            let (bus, place) = (&self.chain.bus, &self.place);
            let delivery = Delivery { bus, place, hook: self.hook, handler: &turn.handler, order: turn.order, span };
            delivery.not_called(HookOutcome::Skipped, "the chain had ended before it".to_owned()).await;
        }
    }
}

/// What was heard of the hook thread.
enum Heard {
    Report(Report),
    TimeIsUp,
    Cancelled,
    /// The thread is gone without a word.
    Gone,
}
