//! One agent run, from the question whether it may to its one `agent_finished`.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::AgentOutcome;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::around::{Around, Before};
use super::code::CodeCall;
use super::halt::{Halt, Stop};
use super::json::kind_of;
use super::output::Output;
use super::registry::{AgentRegistry, Asker, RegisteredAgent};
use crate::event::bus::Bus;
use crate::event::text::{clean_line, clean_tail};
use crate::event::{AgentStatus, Draft, EventKind, Held, PluginName, RunId, SpanId, StreamId, value};
use crate::permission::{Ask, Denial, Permissions};
use crate::runtime::CallScope;

/// How long code that was told to stop is waited for.
pub const GRACE: Duration = Duration::from_millis(500);
/// As much of an error's words and traceback as becomes part of a reason, in bytes.
const REASON_LIMIT: usize = 4096;

/// Runs agents.
pub struct Agents {
    pub registry: AgentRegistry,
    bus: Bus,
    permissions: Permissions,
    /// For agents that declare no limit of their own.
    timeout: Duration,
}

/// Within what an agent runs.
#[derive(Debug, Clone)]
pub struct AgentScope {
    pub run: RunId,
    /// The agent run or phase in which it happens.
    pub parent: Option<SpanId>,
    /// Stops this agent run. It should be a child of whatever it belongs to.
    pub halt: Halt,
    /// When the run's time is up; whoever watches it stops `halt`.
    pub deadline: Option<Instant>,
    /// How many hook deliveries it is made within.
    pub depth: u32,
    /// The plugin whose code asks for it; absent for the host's own.
    pub caller: Option<PluginName>,
}

/// What an agent run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentResult {
    /// The agent's text, also where it failed.
    pub text: AgentOutcome,
    pub end: Result<(), CallError>,
}

impl AgentResult {
    fn refused(error: CallError) -> Self {
        AgentResult { text: AgentOutcome { output: String::new(), dropped_bytes: 0 }, end: Err(error) }
    }

    pub fn status(&self) -> AgentStatus {
        match &self.end {
            Ok(()) => AgentStatus::Completed,
            Err(error) => match error.kind {
                ErrorKind::PermissionDenied => AgentStatus::Denied,
                ErrorKind::Cancelled => AgentStatus::Cancelled,
                ErrorKind::Failed
                | ErrorKind::Panicked
                | ErrorKind::DeadlineExceeded
                | ErrorKind::NotFound
                | ErrorKind::InvalidRequest
                | ErrorKind::Protocol
                | ErrorKind::Unavailable
                | ErrorKind::Unknown => AgentStatus::Failed,
            },
        }
    }

    /// As the caller of a nested run gets it.
    pub fn into_outcome(self) -> Result<AgentOutcome, CallError> {
        self.end.map(|()| self.text)
    }
}

impl Agents {
    pub fn new(registry: AgentRegistry, bus: Bus, permissions: Permissions, timeout: Duration) -> Self {
        Agents { registry, bus, permissions, timeout }
    }

    /// Runs one agent to its end. `pieces` gets the output as it comes, cleaned; while it is full the agent waits.
    ///
    /// An agent that is not there or not permitted leaves no agent run behind; any other has exactly one
    /// `agent_finished`. When it is stopped its code is told and waited for, for at most [`GRACE`]. What `around` makes
    /// of the request and of the text counts; what was streamed and shown before is not taken back.
    pub async fn run(
        &self,
        scope: AgentScope,
        name: &str,
        request: Value,
        pieces: Option<mpsc::Sender<String>>,
        around: &dyn Around,
    ) -> AgentResult {
        let Some(agent) = self.registry.get(name) else {
            let message = format!("there is no agent `{name}`; {}", self.registry.remedy(name));
            return AgentResult::refused(CallError::new(ErrorKind::NotFound, message));
        };
        let asker = match self.authorize(&scope, name).await {
            Ok(asker) => asker,
            Err(error) => return AgentResult::refused(error),
        };
        let span = self.bus.new_span(StreamId::Run(scope.run));
        let provider = agent.value.provider.clone();
        let started =
            EventKind::AgentStarted { agent: agent.name.clone(), request: value::fit(request.clone()), provider };
        let (output, held) = (Output::default(), Held::default());
        let mut work = Work { agents: self, agent: &agent, scope, span, pieces, output, held };
        work.emit(started).await;
        let begin = Instant::now();
        let mut supplied = None;
        let (mut end, usage) = match around.before(span, request).await {
            Before::Run(request) => work.run(request, asker, agent.value.timeout.unwrap_or(self.timeout)).await,
            Before::Supplied { output, by } => {
                supplied = Some(format!("its output was supplied by {by}; the agent was not run"));
                work.supply(&output).await;
                (Ok(()), Value::Null)
            }
            Before::Refused(error) => (Err(error), Value::Null),
        };
        work.tell().await;
        work.tell_rest().await;
        let (mut output, dropped_bytes) = std::mem::take(&mut work.output).into_text();
        if end.is_ok() {
            match around.after(span, output.clone()).await {
                Ok(text) => output = text,
                Err(error) => end = Err(error),
            }
        }
        let result = AgentResult { text: AgentOutcome { output, dropped_bytes }, end };
        let reason = result.end.as_ref().err().map(reason_of).or(supplied);
        let duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        let status = result.status();
        let agent = agent.name.clone();
        work.emit(EventKind::AgentFinished { agent, status, reason, duration_us, usage: value::fit(usage) }).await;
        result
    }

    async fn authorize(&self, scope: &AgentScope, agent: &str) -> Result<Asker, CallError> {
        let Some(plugin) = scope.caller.clone() else { return Ok(Asker::Host) };
        let (stream, span) = (StreamId::Run(scope.run), scope.parent);
        let decision = self.permissions.authorize(Ask { plugin, scope: Some(agent.to_owned()), stream, span }).await;
        let denied = |denial: Denial| CallError::new(ErrorKind::PermissionDenied, denial.to_string());
        decision.map(Asker::Plugin).map_err(denied)
    }

    /// Waits until who asks for the agent may not any more.
    async fn revoked(&self, asker: &Asker) -> Stop {
        match asker {
            Asker::Host => std::future::pending().await,
            Asker::Plugin(permit) => Stop::Denied(self.permissions.revoked(permit).await.to_string()),
        }
    }
}

/// An agent run under way.
struct Work<'a> {
    agents: &'a Agents,
    agent: &'a RegisteredAgent,
    scope: AgentScope,
    span: SpanId,
    pieces: Option<mpsc::Sender<String>>,
    output: Output,
    /// What may be the beginning of a secret, and is not told yet.
    held: Held,
}

impl Work<'_> {
    async fn emit(&self, kind: EventKind) {
        let draft = Draft::new(StreamId::Run(self.scope.run), kind).span(self.span);
        self.agents.bus.emit(draft.parent(self.scope.parent).plugin(self.agent.plugin.clone())).await;
    }

    /// Returns how it ended, and the usage that the agent reported.
    async fn run(&mut self, request: Value, asker: Asker, timeout: Duration) -> (Result<(), CallError>, Value) {
        let now = Instant::now();
        // A limit too long for the clock is none; a day stands for it.
        let own = now.checked_add(timeout).unwrap_or(now + Duration::from_secs(24 * 60 * 60));
        let call_scope = CallScope {
            stream: StreamId::Run(self.scope.run),
            span: Some(self.span),
            deadline: Some(self.scope.deadline.map_or(own, |run| run.min(own))),
            depth: self.scope.depth,
        };
        let mut call = match self.agent.value.open(&self.agent.name, request, call_scope, &asker) {
            Ok(call) => call,
            Err(error) => return (Err(error), Value::Null),
        };
        let (agents, halt) = (self.agents, self.scope.halt.clone());
        let stop = async {
            tokio::select! {
                biased;
                stop = halt.wait() => stop,
                stop = agents.revoked(&asker) => stop,
                () = sleep_until(own.into()) => Stop::Deadline(format!("the agent took longer than {timeout:?}")),
            }
        };
        tokio::pin!(stop);
        let stopped = loop {
            let event = tokio::select! {
                biased;
                stop = &mut stop => break stop,
                event = call.next() => event,
            };
            let last = self.take_in(event, call.as_mut());
            let items = self.tell().await;
            if let Some(pieces) = &self.pieces {
                tokio::select! {
                    biased;
                    stop = &mut stop => break stop,
                    () = pass_on(pieces, items) => {}
                }
            }
            if let Some(last) = last {
                return last;
            }
        };
        // Nested calls that the agent made learn of it through the scope.
        self.scope.halt.stop(stopped.clone());
        self.pieces = None;
        (Err(self.wind_down(stopped, call).await), Value::Null)
    }

    /// An output that the agent's code did not make.
    async fn supply(&mut self, output: &str) {
        self.output.push(output);
        let items = self.tell().await;
        if let Some(pieces) = &self.pieces {
            let halt = self.scope.halt.clone();
            tokio::select! {
                biased;
                _ = halt.wait() => {}
                () = pass_on(pieces, items) => {}
            }
        }
    }

    /// Takes in an event and what else is ready at once, as far as it fits one event. Returns the end, if that came.
    fn take_in(&mut self, first: CallEvent, call: &mut dyn CodeCall) -> Option<(Result<(), CallError>, Value)> {
        let mut event = first;
        loop {
            match event {
                CallEvent::Item(Value::String(piece)) => self.output.push(&piece),
                CallEvent::Item(other) => {
                    let message = format!("the agent yielded {}; agents yield text", kind_of(&other));
                    call.cancel(&message);
                    return Some((Err(CallError::new(ErrorKind::InvalidRequest, message)), Value::Null));
                }
                CallEvent::End(mut value) => {
                    let usage = value.get_mut("usage").map(Value::take).unwrap_or_default();
                    return Some((Ok(()), usage));
                }
                CallEvent::Error(error) => return Some((Err(error), Value::Null)),
            }
            if self.output.is_full() {
                return None;
            }
            event = call.next().now_or_never()?;
        }
    }

    /// Tells what is ready, in one event. Answers with what its caller gets, which is not masked.
    async fn tell(&mut self) -> Vec<String> {
        let items = self.output.take();
        let told = self.agents.bus.masked_pieces(&mut self.held, &items);
        if !told.is_empty() {
            self.emit(EventKind::AgentOutput { agent: self.agent.name.clone(), items: told }).await;
        }
        items
    }

    /// Tells what was held back, since nothing follows.
    async fn tell_rest(&mut self) {
        if let Some(rest) = self.agents.bus.masked_rest(&mut self.held) {
            self.emit(EventKind::AgentOutput { agent: self.agent.name.clone(), items: vec![rest] }).await;
        }
    }

    /// Tells the code to stop, and hears its last words. Returns why it ended.
    async fn wind_down(&mut self, stop: Stop, mut call: Box<dyn CodeCall>) -> CallError {
        call.cancel(stop.reason());
        let grace = sleep_until((Instant::now() + GRACE).into());
        tokio::pin!(grace);
        loop {
            let event = tokio::select! {
                biased;
                () = &mut grace => {
                    let mut error = CallError::from(stop);
                    error.message += &format!("; the agent did not stop within {GRACE:?} and was written off");
                    return error;
                }
                event = call.next() => event,
            };
            if self.take_in(event, call.as_mut()).is_some() {
                return stop.into();
            }
            self.tell().await;
        }
    }
}

/// A receiver that is gone wants no more, and its own cancellation says so.
async fn pass_on(pieces: &mpsc::Sender<String>, items: Vec<String>) {
    for item in items {
        if pieces.send(item).await.is_err() {
            return;
        }
    }
}

/// An error in words, with the end of its traceback.
pub fn reason_of(error: &CallError) -> String {
    let mut reason = clean_line(&error.message);
    reason.truncate(reason.floor_char_boundary(REASON_LIMIT));
    if let Some(traceback) = &error.traceback {
        reason = format!("{reason}\n{}", clean_tail(traceback, REASON_LIMIT));
    }
    reason
}
