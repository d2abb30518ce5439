//! The agents that workflows and agents ask for.

use std::sync::Arc;
use std::time::Instant;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::target::AgentOutcome;
use orchestrator_protocol::{CallError, ErrorKind, MAX_MESSAGE_BYTES};
use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::around::AgentHooks;
use super::engine::Engine;
use super::gate::Boundary;
use super::live::LiveRun;
use crate::agent::{AgentResult, AgentScope, Halt, Stop};
use crate::event::{PluginName, SpanId};
use crate::runtime::CallScope;

/// How many pieces of output wait for a caller that streams them.
const PIECES: usize = 64;
/// What is left of a text whose message would be too long, in bytes; as JSON a byte can take six.
const SHORT_TEXT: usize = MAX_MESSAGE_BYTES / 8;

/// A plugin's wish to run an agent.
#[derive(Debug, Clone)]
pub struct RunAgent {
    pub name: String,
    pub request: Value,
    /// Whether it wants the output as it comes.
    pub stream: bool,
}

/// An agent run that was asked for.
pub(super) struct Nested {
    /// Absent for the host's own workflows.
    caller: Option<PluginName>,
    /// The agent run that asks; absent for the workflow itself.
    within: Option<SpanId>,
    deadline: Option<Instant>,
    /// How many hook deliveries it is made within.
    depth: u32,
    name: String,
    request: Value,
    answer: Answer,
}

/// Who waits for it.
enum Answer {
    Plugin { responder: Responder, stream: bool },
    Host(oneshot::Sender<Result<AgentOutcome, CallError>>),
}

/// Runs agents for one of the host's own workflows.
#[derive(Clone)]
pub struct AgentCaller {
    nested: mpsc::Sender<Nested>,
}

impl AgentCaller {
    pub(super) fn new(nested: mpsc::Sender<Nested>) -> Self {
        AgentCaller { nested }
    }

    /// Runs any registered agent to its end, and returns its text. Dropping this stops the agent.
    pub async fn run(&self, name: &str, request: Value) -> Result<String, CallError> {
        let over = || CallError::new(ErrorKind::Unavailable, "the run is over");
        let (answer, heard) = oneshot::channel();
        let (name, answer) = (name.to_owned(), Answer::Host(answer));
        let nested = Nested { caller: None, within: None, deadline: None, depth: 0, name, request, answer };
        self.nested.send(nested).await.map_err(|_| over())?;
        heard.await.map_err(|_| over())?.map(|outcome| outcome.output)
    }
}

impl Engine {
    /// Answers a plugin's `run_agent`, made within `scope`. Called from a transport's reader; does not block.
    pub fn serve_run_agent(&self, plugin: &PluginName, scope: Option<CallScope>, ask: RunAgent, responder: Responder) {
        let Some((run, scope)) = scope.and_then(|scope| Some((scope.run()?, scope))) else {
            let message = "agents run within a run only: name the call that this one is made within as its parent";
            return responder.error(CallError::new(ErrorKind::InvalidRequest, message));
        };
        let Some(live) = self.live(run) else {
            let message = format!("run {run} is over");
            return responder.error(CallError::new(ErrorKind::Unavailable, message));
        };
        let nested = Nested {
            caller: Some(plugin.clone()),
            within: scope.span,
            deadline: scope.deadline,
            depth: scope.depth,
            name: ask.name,
            request: ask.request,
            answer: Answer::Plugin { responder, stream: ask.stream },
        };
        match live.nested.try_send(nested) {
            Ok(()) => {}
            Err(TrySendError::Full(nested)) => {
                let message = "too many agents are asked for at once in this run";
                nested.refuse(CallError::new(ErrorKind::Unavailable, message));
            }
            Err(TrySendError::Closed(nested)) => {
                nested.refuse(CallError::new(ErrorKind::Unavailable, "the run is over"));
            }
        }
    }
}

impl Nested {
    pub fn refuse(self, error: CallError) {
        self.answer.give(Err(error));
    }

    /// Runs the agent and answers. `phase` is where it happens when no agent asked for it.
    pub async fn run(self, engine: Arc<Engine>, live: Arc<LiveRun>, phase: Option<SpanId>) {
        if let Err(stop) = live.gate.pass(Boundary::Agent(&self.name)).await {
            return self.refuse(stop.into());
        }
        let halt = live.halt.child();
        let scope = AgentScope {
            run: live.id,
            parent: self.within.or(phase),
            halt: halt.clone(),
            deadline: self.deadline.or_else(|| live.gate.deadline().map(|deadline| deadline.at)),
            caller: self.caller,
            depth: self.depth,
        };
        let hooks = AgentHooks::new(&engine, &live, &self.name, &scope);
        let (agents, mut answer) = (&engine.parts.agents, self.answer);
        let result = match &mut answer {
            Answer::Plugin { responder, stream: false } => {
                let work = agents.run(scope, &self.name, self.request, None, &hooks);
                unless_unwanted(work, unwanted(responder), &halt).await
            }
            Answer::Plugin { responder, stream: true } => {
                let (pieces, heard) = mpsc::channel(PIECES);
                let work = agents.run(scope, &self.name, self.request, Some(pieces), &hooks);
                let work = unless_unwanted(work, unwanted(responder), &halt);
                tokio::join!(work, pass_on(heard, responder)).0
            }
            Answer::Host(sender) => {
                let unwanted = async {
                    sender.closed().await;
                    "its workflow wanted no more".to_owned()
                };
                let work = agents.run(scope, &self.name, self.request, None, &hooks);
                unless_unwanted(work, unwanted, &halt).await
            }
        };
        answer.give(result.into_outcome());
    }
}

/// Waits until the caller wants no more; says why.
pub(super) async fn unwanted(responder: &Responder) -> String {
    responder.cancelled().cancelled().await;
    match responder.cancel_reason() {
        "" => "its caller wanted no more".to_owned(),
        reason => reason.to_owned(),
    }
}

/// Does the work to its end, which comes sooner when nobody wants it.
async fn unless_unwanted(
    work: impl Future<Output = AgentResult>,
    unwanted: impl Future<Output = String>,
    halt: &Halt,
) -> AgentResult {
    tokio::pin!(work);
    tokio::select! {
        biased;
        reason = unwanted => halt.stop(Stop::Cancelled(reason)),
        result = &mut work => return result,
    }
    work.await
}

/// Streams pieces to the caller, as fast as it takes them.
async fn pass_on(mut pieces: mpsc::Receiver<String>, responder: &Responder) {
    while let Some(piece) = pieces.recv().await {
        // A caller that wants no more has cancelled, which ends the agent.
        if responder.item(&piece).await.is_err() {
            return;
        }
    }
}

impl Answer {
    fn give(self, outcome: Result<AgentOutcome, CallError>) {
        match self {
            Answer::Plugin { responder, .. } => match outcome.map(fit) {
                Ok(value) => responder.end(value),
                Err(error) => responder.error(error),
            },
            // Whoever is gone needs no answer.
            Answer::Host(sender) => drop(sender.send(outcome)),
        }
    }
}

/// The outcome as a value that a message can carry.
pub(super) fn fit(mut outcome: AgentOutcome) -> Value {
    let as_value = |outcome: &AgentOutcome| serde_json::json!(outcome);
    let value = as_value(&outcome);
    if outcome.output.len() <= SHORT_TEXT || value.to_string().len() < MAX_MESSAGE_BYTES - 1024 {
        return value;
    }
    let kept = outcome.output.floor_char_boundary(SHORT_TEXT);
    outcome.dropped_bytes += (outcome.output.len() - kept) as u64;
    outcome.output.truncate(kept);
    as_value(&outcome)
}
