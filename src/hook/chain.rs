//! One hook, delivered to all its handlers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::OnFailure;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::delivery::Delivery;
use super::job::{Answer, Job, Report, Verdict};
use super::registry::{HookRegistry, RegisteredHandler};
use crate::event::bus::Bus;
use crate::event::{HookOutcome, PluginName, SpanId, StreamId};
use crate::permission::{Ask, Denial, Permissions, Permit, ReadWorkflow, WriteWorkflow};
use crate::runtime::hook_threads::{HookThreads, Ticket};

/// How far the hook thread may be ahead of the trace, in reports.
const REPORTS: usize = 16;

/// What a plugin whose handler never returned becomes. Called from a task; must not block.
pub trait QuarantineSink: Send + Sync + 'static {
    fn quarantine(&self, plugin: &PluginName, reason: String);
}

/// Delivers hooks. One serves all runs, several at once.
pub struct HookChain {
    pub registry: Arc<HookRegistry>,
    bus: Bus,
    permissions: Permissions,
    threads: HookThreads,
    quarantine: Arc<dyn QuarantineSink>,
    /// For handlers that declare no limit of their own.
    timeout: Duration,
}

/// Where a hook is delivered.
#[derive(Debug, Clone)]
pub struct Place {
    pub stream: StreamId,
    pub parent: Option<SpanId>,
    /// Ends the chain, at once.
    pub cancel: CancellationToken,
}

/// What a chain came to.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainOutcome {
    /// The payload, its last part as the handlers left it.
    pub args: Vec<Value>,
    /// Why not all handlers were called, if so.
    pub stop: Option<ChainStop>,
    /// The deliveries that failed or took too long, also the one that stopped the chain.
    pub failures: Vec<HookFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainStop {
    /// A handler said no.
    Denied(HookFailure),
    /// A handler failed, and its policy is to abort.
    Aborted(HookFailure),
    /// Nobody wants it any more.
    Cancelled,
}

/// A handler's reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookFailure {
    pub plugin: PluginName,
    pub handler: String,
    pub reason: String,
}

impl fmt::Display for HookFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of plugin `{}`: {}", self.handler, self.plugin, self.reason)
    }
}

impl HookChain {
    pub fn new(
        registry: Arc<HookRegistry>,
        bus: Bus,
        permissions: Permissions,
        threads: HookThreads,
        quarantine: Arc<dyn QuarantineSink>,
        timeout: Duration,
    ) -> Self {
        HookChain { registry, bus, permissions, threads, quarantine, timeout }
    }

    /// Hands `args` to the hook's handlers, one after the other, each getting what the one before left. Returns when
    /// all had their turn, or one stopped the chain, or `place.cancel` is set.
    pub async fn deliver(&self, hook: HookName, args: Vec<Value>, place: Place) -> ChainOutcome {
        let mut waiting = VecDeque::new();
        for (order, handler) in (1..).zip(self.registry.chain(hook)) {
            let permit = self.may_read(hook, &handler, &place).await.map(Arc::new);
            let permit = permit.map_err(|denial| (HookOutcome::NotPermitted, denial.to_string()));
            waiting.push_back(Turn { handler, order, permit });
        }
        let outcome = ChainOutcome { args, stop: None, failures: Vec::new() };
        let mut delivering = Delivering { chain: self, hook, place, waiting, outcome };
        while !delivering.is_over() {
            delivering.round().await;
        }
        delivering.skip_rest().await;
        delivering.outcome
    }

    /// Whether a handler may be called with the hook's payload.
    async fn may_read(
        &self,
        hook: HookName,
        handler: &RegisteredHandler,
        place: &Place,
    ) -> Result<Permit<ReadWorkflow>, Denial> {
        let (plugin, stream) = (handler.plugin.clone(), place.stream);
        match hook {
            HookName::PreWorkflowExecution | HookName::PostWorkflowExecution => {
                self.permissions.authorize(Ask { plugin, scope: None, stream, span: place.parent }).await
            }
        }
    }

    /// Whether a handler's answer counts.
    async fn may_write(&self, delivery: &Delivery<'_>) -> Result<Permit<WriteWorkflow>, Denial> {
        let (plugin, stream) = (delivery.handler.plugin.clone(), delivery.place.stream);
        match delivery.hook {
            HookName::PreWorkflowExecution | HookName::PostWorkflowExecution => {
                self.permissions.authorize(Ask { plugin, scope: None, stream, span: Some(delivery.span) }).await
            }
        }
    }
}

/// A handler before its turn.
struct Turn {
    handler: Arc<RegisteredHandler>,
    order: u32,
    /// Or why it will not be called.
    permit: Result<Arc<Permit<ReadWorkflow>>, (HookOutcome, String)>,
}

/// A chain under way.
struct Delivering<'a> {
    chain: &'a HookChain,
    hook: HookName,
    place: Place,
    waiting: VecDeque<Turn>,
    outcome: ChainOutcome,
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
    fn is_over(&self) -> bool {
        self.waiting.is_empty() || self.outcome.stop.is_some()
    }

    /// Calls the waiting handlers in one job, until the chain is over or a handler does not come back.
    async fn round(&mut self) {
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
                span: self.chain.bus.new_span(self.place.stream),
            };
            let permit = match turn.permit {
                Ok(permit) => permit,
                Err((outcome, reason)) => {
                    delivery.finished(outcome, Some(reason), Duration::ZERO).await;
                    continue;
                }
            };
            if thread.is_none() {
                match self.start(&turn.handler, permit) {
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
    fn start(&self, first: &Arc<RegisteredHandler>, permit: Arc<Permit<ReadWorkflow>>) -> Result<Thread, String> {
        let may_be_called = |turn: &Turn| Some((turn.handler.clone(), turn.permit.as_ref().ok()?.clone()));
        let rest = self.waiting.iter().filter_map(may_be_called);
        let (sender, reports) = mpsc::channel(REPORTS);
        let (verdicts, receiver) = std::sync::mpsc::channel();
        let job = Job {
            hook: self.hook,
            handlers: std::iter::once((first.clone(), permit)).chain(rest).collect(),
            args: self.outcome.args.clone(),
            reports: sender,
            verdicts: receiver,
        };
        let ticket = self.chain.threads.run(Box::new(move || job.run())).map_err(|error| error.to_string())?;
        Ok(Thread { ticket, reports, verdicts })
    }

    /// One handler's turn, from its start to its trace.
    async fn follow(&mut self, thread: &mut Thread, delivery: &Delivery<'_>) -> After {
        let timeout = delivery.handler.info.timeout_ms.map_or(self.chain.timeout, Duration::from_millis);
        let began = match self.report(thread, None).await {
            Heard::Report(Report::Started { at }) => at,
            Heard::Cancelled => {
                self.outcome.stop = Some(ChainStop::Cancelled);
                let reason = Some("the run was to end before it was called".to_owned());
                delivery.finished(HookOutcome::Skipped, reason, Duration::ZERO).await;
                return After::Leave;
            }
            Heard::Report(Report::Finished { .. }) | Heard::TimeIsUp | Heard::Gone => {
                self.fail(delivery, HookOutcome::Failed, "its thread ended".into(), Duration::ZERO).await;
                return After::Leave;
            }
        };
        delivery.handler.count_call();
        delivery.started().await;
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
                self.fail(delivery, HookOutcome::Failed, "its thread ended".into(), began.elapsed()).await;
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
            Answer::Failed(reason) => self.fail(delivery, HookOutcome::Failed, reason, took).await,
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
    async fn fail(&mut self, delivery: &Delivery<'_>, outcome: HookOutcome, reason: String, took: Duration) {
        delivery.finished(outcome, Some(reason.clone()), took).await;
        let failure = failure(delivery, reason);
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
            turn.permit = Err((HookOutcome::Skipped, format!("its plugin was quarantined: `{handler}` hangs")));
        }
    }

    /// The chain is over: who did not have a turn is told of in the trace.
    async fn skip_rest(&mut self) {
        for turn in std::mem::take(&mut self.waiting) {
            let span = self.chain.bus.new_span(self.place.stream);
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
