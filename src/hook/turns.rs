//! The handlers' turns, one after the other, while their thread runs ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::OnFailure;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::chain::{ChainOutcome, ChainStop, HookChain, HookFailure, Place};
use super::delivery::Delivery;
use super::job::{Answer, Called, Fault, Job, Report, Verdict};
use super::registry::RegisteredHandler;
use crate::event::{HookOutcome, SpanId};
use crate::permission::{Permit, ReadWorkflow, WriteWorkflow};
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
    pub permit: Result<Arc<Permit<ReadWorkflow>>, (HookOutcome, String)>,
}

/// A chain under way.
pub(super) struct Delivering<'a> {
    pub chain: &'a HookChain,
    pub hook: HookName,
    pub place: Place,
    pub waiting: VecDeque<Turn>,
    pub outcome: ChainOutcome,
}

/// The job that calls the handlers of one round.
struct Thread {
    ticket: Ticket,
    reports: mpsc::Receiver<Report>,
    verdicts: std::sync::mpsc::Sender<Verdict>,
}

/// Whether the thread can be used for the next handler.
#[derive(PartialEq, Eq)]
enum After {
    GoOn,
    Leave,
}

impl Delivering<'_> {
    pub fn is_over(&self) -> bool {
        self.waiting.is_empty() || self.outcome.stop.is_some()
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
            let permit = match turn.permit {
                Ok(permit) => permit,
                Err((outcome, reason)) => {
                    delivery.finished(outcome, Some(reason), Duration::ZERO).await;
                    continue;
                }
            };
            if thread.is_none() {
                match self.start(self.called(&turn.handler, turn.span, permit)) {
                    Ok(started) => thread = Some(started),
                    Err(reason) => {
                        self.fail(&delivery, HookOutcome::Failed, reason, Duration::ZERO).await;
                        continue;
                    }
                }
            }
            let Some(mut used) = thread.take() else { return };
            if self.follow(&mut used, &delivery).await == After::Leave {
                used.ticket.abandon();
                return;
            }
            thread = Some(used);
        }
    }

    /// Starts one job for `first` and all after it that are to be called.
    fn start(&self, first: Called) -> Result<Thread, String> {
        let may_be_called =
            |turn: &Turn| Some(self.called(&turn.handler, turn.span, turn.permit.as_ref().ok()?.clone()));
        let rest = self.waiting.iter().filter_map(may_be_called);
        let (sender, reports) = mpsc::channel(REPORTS);
        let (verdicts, receiver) = std::sync::mpsc::channel();
        let job = Job {
            hook: self.hook,
            stream: self.place.stream,
            handlers: std::iter::once(first).chain(rest).collect(),
            args: self.outcome.args.clone(),
            reports: sender,
            verdicts: receiver,
        };
        let ticket = self.chain.threads.run(Box::new(move || job.run())).map_err(|error| error.to_string())?;
        Ok(Thread { ticket, reports, verdicts })
    }

    /// What the hook thread needs to know of one handler.
    fn called(&self, handler: &Arc<RegisteredHandler>, span: SpanId, permit: Arc<Permit<ReadWorkflow>>) -> Called {
        Called { handler: handler.clone(), permit, span, timeout: self.timeout(handler) }
    }

    fn timeout(&self, handler: &RegisteredHandler) -> Duration {
        handler.info.timeout_ms.map_or(self.chain.timeout, Duration::from_millis)
    }

    /// One handler's turn, from its start to its trace.
    async fn follow(&mut self, thread: &mut Thread, delivery: &Delivery<'_>) -> After {
        let timeout = self.timeout(delivery.handler);
        let (began, gate) = match self.report(thread, None).await {
            Heard::Report(Report::Started { at, gate }) => (at, gate),
            Heard::Cancelled => {
                self.outcome.stop = Some(ChainStop::Cancelled);
                let reason = Some("the run was to end before it was called".to_owned());
                delivery.finished(HookOutcome::Skipped, reason, Duration::ZERO).await;
                return After::Leave;
            }
            Heard::Report(Report::Finished { .. }) | Heard::TimeIsUp | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended", Duration::ZERO).await;
                return After::Leave;
            }
        };
        delivery.handler.count_call();
        delivery.started().await;
        if let Some(gate) = gate {
            // A thread that is gone is noticed at the next report.
            let _ = gate.send(());
        }
        match self.report(thread, began.checked_add(timeout)).await {
            Heard::Report(Report::Finished { took, answer }) => self.settle(thread, delivery, answer, took).await,
            Heard::TimeIsUp => {
                let reason = format!("it did not return within {timeout:?}");
                self.give_up_on(delivery, &reason);
                self.fail(delivery, HookOutcome::TimedOut, reason, began.elapsed()).await;
                After::Leave
            }
            Heard::Cancelled => {
                self.outcome.stop = Some(ChainStop::Cancelled);
                let reason = Some("the run was to end while it was running".to_owned());
                delivery.finished(HookOutcome::Failed, reason, began.elapsed()).await;
                After::Leave
            }
            Heard::Report(Report::Started { .. }) | Heard::Gone => {
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

    /// A handler has answered.
    async fn settle(&mut self, thread: &Thread, delivery: &Delivery<'_>, answer: Answer, took: Duration) -> After {
        match answer {
            Answer::Unchanged => delivery.finished(HookOutcome::Unchanged, None, took).await,
            Answer::Failed(fault) => self.fail(delivery, HookOutcome::Failed, fault, took).await,
            Answer::Change(value) => {
                let verdict = match self.judge(delivery, took).await {
                    Some(permit) => {
                        self.take_change(&permit, value, delivery, took).await;
                        Verdict::Take
                    }
                    None => Verdict::Discard,
                };
                return go_on(thread, verdict);
            }
            Answer::Deny(reason) => {
                let verdict = match self.judge(delivery, took).await {
                    Some(permit) => {
                        self.take_denial(&permit, reason, delivery, took).await;
                        Verdict::Take
                    }
                    None => Verdict::Discard,
                };
                return go_on(thread, verdict);
            }
        }
        After::GoOn
    }

    /// Whether the handler's answer counts; if not, the trace says so.
    async fn judge(&self, delivery: &Delivery<'_>, took: Duration) -> Option<Permit<WriteWorkflow>> {
        match self.chain.may_write(delivery).await {
            Ok(permit) => Some(permit),
            Err(denial) => {
                let reason = format!("its answer was discarded: {denial}");
                delivery.finished(HookOutcome::NotPermitted, Some(reason), took).await;
                None
            }
        }
    }

    async fn take_change(
        &mut self,
        _permit: &Permit<WriteWorkflow>,
        value: Value,
        delivery: &Delivery<'_>,
        took: Duration,
    ) {
        if let Some(last) = self.outcome.args.last_mut() {
            let before = std::mem::replace(last, value);
            delivery.changed(&before, last, took).await;
        }
    }

    async fn take_denial(
        &mut self,
        _permit: &Permit<WriteWorkflow>,
        reason: String,
        delivery: &Delivery<'_>,
        took: Duration,
    ) {
        delivery.finished(HookOutcome::Denied, Some(reason.clone()), took).await;
        self.outcome.stop = Some(ChainStop::Denied(failure(delivery, reason)));
    }

    /// A delivery failed: the trace says so, and the handler's policy decides about the chain.
    async fn fail(&mut self, delivery: &Delivery<'_>, outcome: HookOutcome, fault: impl Into<Fault>, took: Duration) {
        let fault = fault.into();
        delivery.finished(outcome, Some(fault.to_string()), took).await;
        let failure = failure(delivery, fault.words);
        self.outcome.failures.push(failure.clone());
        match delivery.handler.info.on_failure {
            OnFailure::Continue => {}
            OnFailure::Abort => self.outcome.stop = Some(ChainStop::Aborted(failure)),
        }
    }

    /// The handler hangs: nothing of its plugin is called any more, here or elsewhere.
    fn give_up_on(&mut self, delivery: &Delivery<'_>, reason: &str) {
        let plugin = &delivery.handler.plugin;
        self.chain.registry.remove(plugin);
        let handler = &delivery.handler.info.handler;
        self.chain.quarantine.quarantine(plugin, format!("its {} handler `{handler}` hangs: {reason}", self.hook));
        for turn in self.waiting.iter_mut().filter(|turn| turn.handler.plugin == *plugin) {
            turn.permit =
                Err((HookOutcome::Skipped, format!("nothing of its plugin is called any more: `{handler}` hangs")));
        }
    }

    /// The chain is over: who did not have a turn is told of in the trace.
    pub async fn skip_rest(&mut self) {
        for turn in std::mem::take(&mut self.waiting) {
            let span = turn.span;
            let (bus, place) = (&self.chain.bus, &self.place);
            let delivery = Delivery { bus, place, hook: self.hook, handler: &turn.handler, order: turn.order, span };
            let reason = Some("the chain had ended before it".to_owned());
            delivery.finished(HookOutcome::Skipped, reason, Duration::ZERO).await;
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

fn failure(delivery: &Delivery<'_>, reason: String) -> HookFailure {
    let handler = delivery.handler.info.handler.clone();
    HookFailure { plugin: delivery.handler.plugin.clone(), handler, reason }
}

/// Tells the thread what becomes of the answer. A thread that is gone is noticed at the next report.
fn go_on(thread: &Thread, verdict: Verdict) -> After {
    let _ = thread.verdicts.send(verdict);
    After::GoOn
}
