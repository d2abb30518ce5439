//! The handlers' turns, one after the other, while their thread runs ahead.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::OnFailure;
use tokio::time::sleep_until;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::admission::Admission;
use super::chain::{ChainOutcome, ChainStop, HookChain, Place};
use super::delivery::Delivery;
use super::hanging::give_up;
use super::job::{Answer, Called, Job, Report, Verdict};
use super::registry::RegisteredHandler;
use super::reports::{Reports, reports};
use crate::event::{BodyRef, HookOutcome, SpanId};
use crate::runtime::hook_threads::Ticket;

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
    reports: Reports<Report>,
    pub verdicts: std::sync::mpsc::Sender<Verdict>,
    /// Dropped, it has a handler that can be cancelled know that nobody waits for it.
    _wanted: DropGuard,
}

/// Whether the thread can be used for the next handler.
pub(super) enum After {
    GoOn,
    /// No. A handler that may still run there has until then.
    Leave {
        until: Option<Instant>,
    },
}

impl After {
    pub(super) const LEAVE: After = After::Leave { until: None };
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
            let Some(turn) = self.waiting.pop_front() else { break };
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
            match self.follow(&mut used, &delivery, &admission).await {
                After::GoOn => thread = Some(used),
                After::Leave { until } => {
                    let left = used.ticket.abandon();
                    if let Some(until) = until {
                        self.chain.watch(self.hook, &turn.handler, left, until);
                    }
                    return;
                }
            }
        }
        if let Some(used) = thread {
            used.ticket.release();
        }
    }

    /// Starts one job for `first` and all after it that are to be called.
    fn start(&self, first: Called) -> Result<Thread, String> {
        let may_be_called =
            |turn: &Turn| Some(self.called(&turn.handler, turn.span, turn.admission.as_ref().ok()?.clone()));
        let rest = self.waiting.iter().filter_map(may_be_called);
        let (reporter, reports) = reports();
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
            reports: reporter,
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
                return After::LEAVE;
            }
            Heard::Report(Report::Finished { .. }) | Heard::TimeIsUp | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended", Duration::ZERO).await;
                return After::LEAVE;
            }
        };
        // The trace may be behind its thread. One in this process has been called already.
        if gate.is_some()
            && let Some(denial) = admission.lost_already(&self.chain.permissions)
        {
            delivery.not_called(HookOutcome::NotPermitted, denial).await;
            return After::LEAVE;
        }
        delivery.handler.count_call();
        delivery.started().await;
        if let Some(gate) = gate {
            // A thread that is gone is noticed at the next report.
            let _ = gate.send(());
        }
        let is_up = began.checked_add(timeout);
        // In a process of its own it is cancelled, and ended when its time is up.
        let until = is_up.filter(|_| !delivery.handler.port.ends_what_hangs());
        let heard = tokio::select! {
            biased;
            denial = admission.lost(&self.chain.permissions) => {
                let answered = thread.reports.next_or_leave();
                let reason = format!("its answer was discarded: {denial}");
                let bodies = self.unchanged(delivery).await;
                delivery.finished(HookOutcome::NotPermitted, Some(reason), began.elapsed(), bodies).await;
                return match answered {
                    Some(Report::Finished { answer, .. }) => thread.discard(&answer, delivery.handler),
                    Some(Report::Started { .. } | Report::NotCalled(_)) | None => After::Leave { until },
                };
            }
            heard = self.report(thread, is_up) => heard,
        };
        match heard {
            Heard::Report(Report::Finished { took, answer }) => self.settle(thread, delivery, answer, took).await,
            Heard::TimeIsUp => {
                let reason = format!("it did not return within {timeout:?}");
                self.give_up_on(delivery, &reason);
                self.fail(delivery, HookOutcome::TimedOut, reason, began.elapsed()).await;
                After::LEAVE
            }
            Heard::Cancelled => {
                let reason = format!("{} while it was running", self.place.cancelled);
                if self.place.is_time_limit {
                    self.fail(delivery, HookOutcome::TimedOut, reason, began.elapsed()).await;
                } else {
                    let bodies = self.unchanged(delivery).await;
                    delivery.finished(HookOutcome::Failed, Some(reason), began.elapsed(), bodies).await;
                }
                self.outcome.stop = Some(ChainStop::Cancelled);
                After::Leave { until }
            }
            Heard::Report(Report::Started { .. } | Report::NotCalled(_)) | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended", began.elapsed()).await;
                After::LEAVE
            }
        }
    }

    /// What the thread says next. What it has said already is heard even when the chain is cancelled or time is up; if
    /// that is nothing, the thread is left.
    async fn report(&self, thread: &mut Thread, until: Option<Instant>) -> Heard {
        let time_is_up = async {
            match until {
                Some(until) => sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.place.cancel.cancelled() => thread.reports.next_or_leave().map_or(Heard::Cancelled, Heard::Report),
            report = thread.reports.next() => report.map_or(Heard::Gone, Heard::Report),
            () = time_is_up => thread.reports.next_or_leave().map_or(Heard::TimeIsUp, Heard::Report),
        }
    }

    /// The handler hangs. In a process of its own it is ended; otherwise nothing of its plugin is called any more,
    /// neither in this chain nor in later ones. Another one under way calls what it has before it.
    fn give_up_on(&mut self, delivery: &Delivery<'_>, reason: &str) {
        if delivery.handler.port.ends_what_hangs() {
            return;
        }
        give_up(&self.chain.registry, &*self.chain.quarantine, self.hook, delivery.handler, reason);
        let (plugin, handler) = (&delivery.handler.plugin, &delivery.handler.info.handler);
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

impl Thread {
    /// The handler's answer does not count.
    fn discard(&self, answer: &Answer, handler: &RegisteredHandler) -> After {
        match answer {
            // The job has ended with it.
            Answer::Failed(_) if handler.info.on_failure == OnFailure::Abort => return After::LEAVE,
            Answer::Unchanged | Answer::Failed(_) => {}
            Answer::Change(_) | Answer::Deny(_) | Answer::Supply(_) => {
                // A thread that is gone is noticed at the next report.
                let _ = self.verdicts.send(Verdict::Discard);
            }
        }
        After::GoOn
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
