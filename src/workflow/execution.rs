//! The workflow's own code, from its call to its result.

use std::sync::Arc;
use std::time::Instant;

use orchestrator_protocol::CallError;
use orchestrator_protocol::message::Credit;
use orchestrator_protocol::peer::CallEvent;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::builtin::WorkflowRequest;
use super::ending::Ending;
use super::engine::Engine;
use super::gate::Boundary;
use super::live::LiveRun;
use super::nested::{AgentCaller, Nested};
use super::registry::{Launch, RegisteredWorkflow};
use super::yielded::{FinalResult, Yielded, understand};
use crate::agent::code::CodeCall;
use crate::agent::{GRACE, Stop};
use crate::event::{Draft, EventKind, SpanId, StreamId, value};
use crate::runtime::CallScope;

/// How many phases may be open at once; of more, nobody keeps track.
const OPEN_PHASES: usize = 64;

/// A workflow's code at work.
pub(super) struct Execution<'a> {
    pub engine: &'a Arc<Engine>,
    pub live: &'a Arc<LiveRun>,
    pub workflow: &'a RegisteredWorkflow,
    pub launch: &'a Launch,
    /// The agents that it asks for.
    pub asked: &'a mut mpsc::Receiver<Nested>,
    /// Those that are open, the newest last.
    pub phases: Vec<(String, SpanId)>,
    pub result: Option<FinalResult>,
}

impl Execution<'_> {
    /// Runs the code to its end.
    pub async fn run(mut self, request: WorkflowRequest) -> Result<FinalResult, Ending> {
        let scope = CallScope {
            stream: StreamId::Run(self.live.id),
            depth: 0,
            span: None,
            deadline: self.live.gate.deadline().map(|deadline| deadline.at),
        };
        let agents = AgentCaller::new(self.live.nested.clone());
        let mut call = self.launch.open(&self.workflow.name, request, scope, agents)?;
        match self.follow(call.as_mut()).await {
            Ok(()) => {
                let silent = || FinalResult { status: "completed".into(), results: Value::Null, extra: Map::new() };
                Ok(self.result.unwrap_or_else(silent))
            }
            // What fails because the run is to stop, failed for that reason.
            Err(Break::Failed(error)) if self.live.halt.stopped().is_none() => Err(error.into()),
            Err(Break::Failed(_)) => Err(Ending::stopped(&self.live.halt)),
            Err(Break::Stopped(stop)) => Err(self.wind_down(stop, call).await),
        }
    }

    /// Takes what the code yields and the agents that it asks for, in the order in which they came: an agent runs in
    /// the phase that was begun before it was asked for.
    async fn follow(&mut self, call: &mut dyn CodeCall) -> Result<(), Break> {
        let mut in_a_row = 0;
        loop {
            tokio::select! {
                biased;
                stop = self.live.halt.wait() => return Err(Break::Stopped(stop)),
                event = call.next() => match event {
                    CallEvent::Item(value) => self.take_in(value).await?,
                    CallEvent::End(_) => return Ok(()),
                    CallEvent::Error(error) => return Err(Break::Failed(error)),
                },
                Some(nested) = self.asked.recv() => {
                    self.start_agent(nested);
                    continue;
                }
            }
            in_a_row += 1;
            // No more items than this can have come before an agent was asked for, so it need wait no longer.
            if in_a_row >= Credit::INITIAL.items {
                in_a_row = 0;
                while let Ok(nested) = self.asked.try_recv() {
                    self.start_agent(nested);
                }
            }
        }
    }

    fn start_agent(&self, nested: Nested) {
        let phase = self.phases.last().map(|(_, span)| *span);
        self.live.agents.spawn(nested.run(self.engine.clone(), self.live.clone(), phase));
    }

    async fn take_in(&mut self, value: Value) -> Result<(), Stop> {
        match understand(value) {
            Yielded::PhaseStart { phase } => {
                self.live.gate.pass(Boundary::Phase(&phase)).await?;
                let parent = self.phases.last().map(|(_, span)| *span);
                let span = self.engine.parts.bus.new_span(StreamId::Run(self.live.id));
                if self.phases.len() < OPEN_PHASES {
                    self.phases.push((phase.clone(), span));
                }
                self.emit(EventKind::PhaseStart { phase }, Some(span), parent).await;
            }
            Yielded::PhaseComplete { phase, result } => {
                let open = self.phases.iter().rposition(|(name, _)| *name == phase);
                let span = open.map(|at| self.phases.remove(at).1);
                self.emit(EventKind::PhaseComplete { phase, result: value::fit(result) }, span, None).await;
            }
            Yielded::FinalResult(result) if self.result.is_none() => self.result = Some(result),
            Yielded::FinalResult(second) => {
                let mut data = second.extra;
                data.insert("type".to_owned(), "final_result".into());
                data.insert("status".to_owned(), second.status.into());
                data.insert("results".to_owned(), second.results);
                self.tell_other(Value::Object(data)).await;
            }
            Yielded::Other(data) => self.tell_other(data).await,
        }
        Ok(())
    }

    async fn tell_other(&self, data: Value) {
        let parent = self.phases.last().map(|(_, span)| *span);
        self.emit(EventKind::WorkflowEvent { data: value::fit(data) }, None, parent).await;
    }

    async fn emit(&self, kind: EventKind, span: Option<SpanId>, parent: Option<SpanId>) {
        let mut draft = Draft::new(StreamId::Run(self.live.id), kind).parent(parent);
        draft.span = span;
        self.engine.parts.bus.emit(draft.plugin(self.workflow.plugin.clone())).await;
    }

    /// Tells the code to stop, and waits a little for it to.
    async fn wind_down(&mut self, stop: Stop, mut call: Box<dyn CodeCall>) -> Ending {
        call.cancel(stop.reason());
        let grace = sleep_until((Instant::now() + GRACE).into());
        tokio::pin!(grace);
        loop {
            tokio::select! {
                biased;
                () = &mut grace => {
                    let what = format!("the workflow did not stop within {GRACE:?} and was written off");
                    return Ending::from(stop).note(&what);
                }
                event = call.next() => match event {
                    // Its last words are told; a phase that begins now does not.
                    CallEvent::Item(value) => drop(self.take_in(value).await),
                    CallEvent::End(_) | CallEvent::Error(_) => return stop.into(),
                },
                Some(nested) = self.asked.recv() => nested.refuse(stop.clone().into()),
            }
        }
    }
}

/// Why the code was followed no further.
enum Break {
    Stopped(Stop),
    Failed(CallError),
}

impl From<Stop> for Break {
    fn from(stop: Stop) -> Self {
        Break::Stopped(stop)
    }
}
