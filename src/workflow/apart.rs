//! Runs that plugins start: workflows, within their own run or outside of any, and agents where there is no run for
//! them to be part of.

use std::sync::Arc;
use std::time::Instant;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::run::{self, RunOutcome, RunWorkflow};
use orchestrator_protocol::target::AgentOutcome;
use orchestrator_protocol::{CallError, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::conduct::Work;
use super::engine::{Engine, Launch};
use super::live::LiveRun;
use super::nested::{RunAgent, fit, unwanted};
use super::start::{Begin, StartError};
use crate::agent::{Halt, Stop};
use crate::event::{EventKind, PluginName, RunId, RunStatus, SpanId, StreamId};
use crate::hook::HandlerRef;
use crate::permission::{Ask, Denial, ExecuteAgent, Kind, Permit, ReadWorkflow, RunGrant};
use crate::runtime::CallScope;

/// How many runs may be started within each other: a workflow that starts itself ends here.
pub(super) const MOST_NESTED: u32 = 8;

/// Within what a plugin starts a run.
pub(super) struct Within {
    /// The run in which it happens, if it happens in one.
    pub parent: Option<Arc<LiveRun>>,
    /// Stops the run that is started; a child of its parent's.
    pub halt: Halt,
    /// When the time of the call is up that it is started within.
    pub deadline: Option<Instant>,
    /// Lets the parent wait for it.
    _held: Option<TaskTrackerToken>,
}

/// How a run ended, for who started it.
pub(super) struct Ended {
    pub status: RunStatus,
    pub reason: Option<String>,
    /// A workflow's, after the hooks.
    pub result: Option<Map<String, Value>>,
    /// An agent's that was run alone.
    pub text: Option<AgentOutcome>,
}

/// A run that was started for somebody who waits for it.
pub(super) struct Started {
    pub run: RunId,
    pub ended: oneshot::Receiver<Ended>,
}

impl Engine {
    /// Answers a plugin's `run_workflow`, made within `scope`; the run ends at the latest with its call. `begin` is as in
    /// [`Engine::start`].
    pub async fn serve_run_workflow(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        ask: RunWorkflow,
        begin: Option<Begin>,
        responder: Responder,
    ) {
        match self.run_workflow(plugin, scope, ask, begin, &responder).await {
            Ok(outcome) => responder.end(json!(outcome)),
            Err(error) => responder.error(error),
        }
    }

    async fn run_workflow(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        ask: RunWorkflow,
        begin: Option<Begin>,
        responder: &Responder,
    ) -> Result<RunOutcome, CallError> {
        let RunWorkflow { workflow_type, requirements, config, stream } = ask;
        let within = self.within(&scope)?;
        // What a workflow does is to run agents: who may not run them may not have them run either.
        let workflow_scope = Some(format!("workflow:{workflow_type}"));
        let runs: Permit<ExecuteAgent> = self.permit(&plugin, &scope, workflow_scope).await?;
        let reads: Option<Permit<ReadWorkflow>> = match stream {
            true => Some(self.permit(&plugin, &scope, None).await?),
            false => None,
        };
        let Some(workflow) = self.parts.workflows.get(&workflow_type) else {
            let remedy = self.parts.workflows.remedy(&workflow_type);
            return Err(StartError::Unknown { what: "workflow", name: workflow_type, remedy }.into());
        };
        let (grants, without) = within.inherited(self.as_ref());
        let halt = within.halt.clone();
        let work = Work::Workflow { workflow, requirements, config };
        let launch = Launch { grants, begin, without, within: Some(within), ..Launch::default() };
        let Started { run, ended } = self.launch(work, launch).await?;

        let permissions = &self.parts.permissions;
        let revoked = async {
            tokio::select! {
                biased;
                denial = permissions.revoked(&runs) => denial,
                denial = async {
                    match &reads {
                        Some(permit) => permissions.revoked(permit).await,
                        None => std::future::pending().await,
                    }
                } => denial,
            }
        };
        let work = async {
            if stream {
                self.tell_events(run, responder).await;
            }
            ended.await
        };
        let ended = unless_stopped(work, responder, revoked, &halt).await.map_err(|_| lost(run))?;
        Ok(RunOutcome { run: run.0, status: status(ended.status), reason: ended.reason, result: ended.result })
    }

    /// Answers a plugin's `run_agent` that was made outside of any run, as for a route: the agent gets a run of its own,
    /// which ends at the latest with its call.
    pub async fn serve_agent_apart(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        ask: RunAgent,
        responder: Responder,
    ) {
        match self.run_agent_apart(plugin, scope, ask, &responder).await {
            Ok(outcome) => responder.end(fit(outcome)),
            Err(error) => responder.error(error),
        }
    }

    async fn run_agent_apart(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        ask: RunAgent,
        responder: &Responder,
    ) -> Result<AgentOutcome, CallError> {
        let RunAgent { name, request, stream } = ask;
        let within = self.within(&scope)?;
        let Some(agent) = self.parts.agents.registry.get(&name) else {
            let remedy = self.parts.agents.registry.remedy(&name);
            return Err(StartError::Unknown { what: "agent", name, remedy }.into());
        };
        let halt = within.halt.clone();
        // The permission is asked for within the run, as that of any agent's caller.
        let work = Work::Agent { name, plugin: agent.plugin.clone(), request, caller: Some(plugin) };
        let launch = Launch { within: Some(within), ..Launch::default() };
        let Started { run, ended } = self.launch(work, launch).await?;
        let work = async {
            if stream {
                self.tell_output(run, responder).await;
            }
            ended.await
        };
        let never = std::future::pending::<Denial>();
        let ended = unless_stopped(work, responder, never, &halt).await.map_err(|_| lost(run))?;
        let failed =
            |kind| Err(CallError::new(kind, ended.reason.unwrap_or_else(|| format!("run #{run} has no result"))));
        match (ended.status, ended.text) {
            (RunStatus::Completed, Some(text)) => Ok(text),
            (RunStatus::Denied, _) => failed(ErrorKind::PermissionDenied),
            (RunStatus::Cancelled, _) => failed(ErrorKind::Cancelled),
            (RunStatus::Completed | RunStatus::Failed | RunStatus::Interrupted, _) => failed(ErrorKind::Failed),
        }
    }

    /// Where a run would be that is started within `scope`; an error if it can't be started there.
    fn within(&self, scope: &CallScope) -> Result<Within, CallError> {
        let Some(run) = scope.run() else {
            return Ok(Within { parent: None, halt: Halt::new(), deadline: scope.deadline, _held: None });
        };
        let over = || CallError::new(ErrorKind::Unavailable, format!("run #{run} is over"));
        let parent = self.live(run).ok_or_else(over)?;
        let held = Some(parent.agents.token());
        // Looked at after the token is taken: the parent waits for tokens after it is to stop.
        if let Some(stop) = parent.halt.stopped() {
            return Err(stop.into());
        }
        if parent.depth >= MOST_NESTED {
            let message = format!(
                "runs are started within each other {MOST_NESTED} deep here, and go no deeper\n\
                 look whether a workflow starts itself"
            );
            return Err(CallError::failed(message));
        }
        Ok(Within { halt: parent.halt.child(), parent: Some(parent), deadline: scope.deadline, _held: held })
    }

    async fn permit<P: Kind>(
        &self,
        plugin: &PluginName,
        within: &CallScope,
        scope: Option<String>,
    ) -> Result<Permit<P>, CallError> {
        let ask = Ask { plugin: plugin.clone(), scope, stream: within.stream, span: within.span };
        let permit = self.parts.permissions.authorize(ask).await;
        permit.map_err(|denial| CallError::new(ErrorKind::PermissionDenied, denial.to_string()))
    }

    /// Hands on a run's events to its last, as fast as they are taken. The run itself does not wait for it.
    async fn tell_events(&self, run: RunId, responder: &Responder) {
        let mut feed = self.parts.bus.subscribe(StreamId::Run(run), 1);
        while let Some(events) = feed.next().await {
            for event in events {
                if !is_wanted(responder, &*event).await {
                    return;
                }
            }
        }
    }

    /// Hands on the output of the agent that a run consists of.
    async fn tell_output(&self, run: RunId, responder: &Responder) {
        let mut feed = self.parts.bus.subscribe(StreamId::Run(run), 1);
        let mut first: Option<SpanId> = None;
        while let Some(events) = feed.next().await {
            for event in events {
                match &event.kind {
                    EventKind::AgentStarted { .. } if first.is_none() => first = event.span,
                    EventKind::AgentOutput { items, .. } if event.span == first => {
                        for piece in items {
                            if !is_wanted(responder, piece).await {
                                return;
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

impl Within {
    /// The permissions that were granted to its parent alone, and the hook handlers that are not called there.
    fn inherited(&self, engine: &Engine) -> (Vec<RunGrant>, Vec<HandlerRef>) {
        let Some(parent) = &self.parent else { return (Vec::new(), Vec::new()) };
        (engine.parts.permissions.grants_for_run(parent.id), parent.without.to_vec())
    }

    pub fn parent_run(&self) -> Option<RunId> {
        self.parent.as_ref().map(|parent| parent.id)
    }

    /// How many runs the one that is started is within.
    pub fn depth(&self) -> u32 {
        self.parent.as_ref().map_or(0, |parent| parent.depth + 1)
    }
}

/// Sends an item; false if nobody wants more. One that can't be sent is left out.
async fn is_wanted(responder: &Responder, item: &impl Serialize) -> bool {
    match responder.item(item).await {
        Ok(()) => true,
        Err(error) => error.kind == ErrorKind::InvalidRequest,
    }
}

/// Waits for the run's end, which comes sooner when nobody wants it, or when it may not go on.
async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    responder: &Responder,
    revoked: impl Future<Output = Denial>,
    halt: &Halt,
) -> T {
    tokio::pin!(work);
    let stop = tokio::select! {
        biased;
        reason = unwanted(responder) => Stop::Cancelled(reason),
        denial = revoked => Stop::Denied(denial.to_string()),
        done = &mut work => return done,
    };
    halt.stop(stop);
    work.await
}

fn lost(run: RunId) -> CallError {
    CallError::failed(format!("run #{run} was lost; the orchestrator's log says where"))
}

fn status(status: RunStatus) -> run::RunStatus {
    match status {
        RunStatus::Completed => run::RunStatus::Completed,
        RunStatus::Cancelled => run::RunStatus::Cancelled,
        RunStatus::Denied => run::RunStatus::Denied,
        // A host that ends does not tell of it.
        RunStatus::Failed | RunStatus::Interrupted => run::RunStatus::Failed,
    }
}

impl From<StartError> for CallError {
    fn from(error: StartError) -> Self {
        match &error {
            StartError::Unknown { remedy, .. } => CallError::new(ErrorKind::NotFound, format!("{error}; {remedy}")),
            StartError::TooMany(_) | StartError::TooManyNested(_) => {
                CallError::new(ErrorKind::Unavailable, error.to_string())
            }
            StartError::Failed(_) => CallError::failed(error.to_string()),
        }
    }
}
