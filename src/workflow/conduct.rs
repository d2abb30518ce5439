//! One run, from its first event to its last.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::target::AgentOutcome;
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;
use tokio_util::task::AbortOnDropHandle;

use super::apart::Ended;
use super::around::AgentHooks;
use super::ending::{Ending, failure_of};
use super::engine::Engine;
use super::execution::Execution;
use super::gate::Boundary;
use super::hooks::{Left, Within};
use super::live::LiveRun;
use super::nested::Nested;
use super::observing::Observer;
use super::payload::{self, workflow as context};
use super::registry::{Launch, RegisteredWorkflow};
use super::start::NewRun;
use super::yielded::FinalResult;
use crate::agent::{AgentScope, Stop};
use crate::event::{Draft, EventKind, PluginName, RunStatus, StreamId, value};
use crate::hook::HookFailure;

/// How many hook failures a run's reason tells.
const TOLD_FAILURES: usize = 3;

/// What a run does.
pub(super) enum Work {
    Workflow {
        workflow: Arc<RegisteredWorkflow>,
        requirements: String,
        config: Map<String, Value>,
    },
    /// One agent alone; `caller` is the plugin that asks for it.
    Agent {
        name: String,
        plugin: Option<PluginName>,
        request: Value,
        caller: Option<PluginName>,
    },
}

impl Work {
    pub fn new_run(&self) -> NewRun {
        match self {
            Work::Workflow { workflow, requirements, .. } => NewRun {
                workflow_type: workflow.name.clone(),
                requirements: requirements.clone(),
                plugin: workflow.plugin.clone(),
            },
            Work::Agent { name, plugin, request, .. } => NewRun {
                workflow_type: format!("agent:{name}"),
                requirements: request["task"].as_str().unwrap_or_default().to_owned(),
                plugin: plugin.clone(),
            },
        }
    }
}

/// A run under way.
pub(super) struct Conduct {
    pub engine: Arc<Engine>,
    pub live: Arc<LiveRun>,
    pub asked: mpsc::Receiver<Nested>,
    /// A workflow's, after the hooks, once it is there.
    pub result: Option<Map<String, Value>>,
    /// What the agent said that the run consists of.
    pub text: Option<AgentOutcome>,
}

impl Conduct {
    /// Takes the run through everything. Whatever happens, its last event is told, after those of all its agents and of
    /// the runs that were started within it.
    pub async fn run(
        mut self,
        work: Work,
        opening: Option<BoxFuture<'static, ()>>,
        started: oneshot::Sender<()>,
    ) -> Ended {
        let begin = Instant::now();
        self.tell_start(&work).await;
        if let Some(opening) = opening {
            opening.await;
        }
        // Nobody waits for it when the one who started the run is gone.
        let _ = started.send(());
        let watch = self.watch_deadline();
        self.live.set_context(self.first_context(&work));
        let observer = Observer::start(&self.engine, &self.live);
        let done = match work {
            Work::Workflow { workflow, .. } => AssertUnwindSafe(self.workflow(&workflow, begin)).catch_unwind().await,
            Work::Agent { name, request, caller, .. } => {
                AssertUnwindSafe(self.agent(&name, request, caller)).catch_unwind().await
            }
        };
        let ending = match done {
            Ok(Ok(())) => Ending { status: RunStatus::Completed, reason: None },
            Ok(Err(ending)) => ending,
            Err(_) => Ending::failed("the orchestrator itself failed; its log says where"),
        };
        drop(watch);
        self.live.halt.stop(Stop::Over("the run is over".to_owned()));
        self.asked.close();
        while let Ok(nested) = self.asked.try_recv() {
            nested.refuse(Stop::Over("the run is over".to_owned()).into());
        }
        self.live.agents.close();
        self.live.agents.wait().await;
        let told = self.with_failures(ending.clone());
        observer.end(told.status, told.reason.as_deref()).await;
        let Ending { status, reason } = self.with_failures(ending);
        let duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.emit(None, EventKind::RunFinished { status, reason: reason.clone(), duration_us }).await;
        self.engine.forget(&self.live);
        Ended { status, reason, result: self.result, text: self.text }
    }

    /// What the run's hooks get of it first.
    fn first_context(&self, work: &Work) -> Value {
        let (run, project) = (self.live.id, &self.engine.parts.project);
        let NewRun { workflow_type, requirements, .. } = work.new_run();
        let config = match work {
            Work::Workflow { config, .. } => config.clone(),
            Work::Agent { request, .. } => request["context"].as_object().cloned().unwrap_or_default(),
        };
        payload::context(run, &workflow_type, requirements, config, project)
    }

    async fn tell_start(&self, work: &Work) {
        let (plugin, kind) = match work {
            Work::Workflow { workflow, requirements, config } => {
                let kind = EventKind::RunStarted {
                    workflow_type: workflow.name.clone(),
                    requirements: requirements.clone(),
                    config: value::fit(Value::Object(config.clone())),
                    content_hash: workflow.value.content_hash.clone(),
                    parent_run: self.live.parent,
                };
                (workflow.plugin.clone(), kind)
            }
            Work::Agent { plugin, request, .. } => {
                let NewRun { workflow_type, requirements, .. } = work.new_run();
                let kind = EventKind::RunStarted {
                    workflow_type,
                    requirements,
                    config: value::fit(request["context"].clone()),
                    content_hash: None,
                    parent_run: self.live.parent,
                };
                (plugin.clone(), kind)
            }
        };
        self.emit(plugin, kind).await;
    }

    /// Stops the run when its time is up.
    fn watch_deadline(&self) -> Option<AbortOnDropHandle<()>> {
        let deadline = self.live.gate.deadline()?.clone();
        let halt = self.live.halt.clone();
        Some(AbortOnDropHandle::new(tokio::spawn(async move {
            sleep_until(deadline.at.into()).await;
            halt.stop(Stop::Deadline(deadline.reason));
        })))
    }

    async fn workflow(&mut self, workflow: &RegisteredWorkflow, begin: Instant) -> Result<(), Ending> {
        let launch = self.launch(workflow).await?;
        let context = self.live.context();
        let [context] = self.hooks(HookName::PreWorkflowExecution, [context]).await?;
        self.live.set_context(context.clone());
        let request = context::request(&context).map_err(Ending::failed)?;

        self.live.gate.pass(Boundary::Workflow).await?;
        let watch = self.watch_permission(launch.clone());
        let (engine, live, asked, launch) = (&self.engine, &self.live, &mut self.asked, launch.as_ref());
        let execution = Execution { engine, live, workflow, launch, asked, phases: Vec::new(), result: None };
        let result = context::result(execution.run(request).await?, begin.elapsed());
        drop(watch);

        let [_, result] = self.hooks(HookName::PostWorkflowExecution, [context, result]).await?;
        let whole = result.as_object().cloned();
        let result = context::final_result(result).map_err(Ending::failed)?;
        self.live.gate.pass(Boundary::End).await?;
        let failure = (result.status == "failed").then(|| failure_of(&result));
        self.tell_result(workflow, result).await;
        self.result = whole;
        failure.map_or(Ok(()), Err)
    }

    async fn launch(&self, workflow: &RegisteredWorkflow) -> Result<Arc<Launch>, Ending> {
        let launch = workflow.value.launch(&self.engine.parts.permissions, self.live.id).await;
        launch.map(Arc::new).map_err(|denial| Ending::denied(denial.to_string()))
    }

    /// Stops the run when the permission that its workflow needs is taken away.
    fn watch_permission(&self, launch: Arc<Launch>) -> AbortOnDropHandle<()> {
        let (permissions, halt) = (self.engine.parts.permissions.clone(), self.live.halt.clone());
        AbortOnDropHandle::new(tokio::spawn(async move {
            halt.stop(launch.revoked(&permissions).await);
        }))
    }

    /// Delivers a hook, and returns the payload as its handlers left it.
    async fn hooks<const N: usize>(&mut self, hook: HookName, args: [Value; N]) -> Result<[Value; N], Ending> {
        let (engine, live) = (self.engine.clone(), self.live.clone());
        let within = Within { parent: None, halt: &live.halt, depth: 0 };
        let delivery = engine.deliver(&live, hook, args.into(), within);
        tokio::pin!(delivery);
        let left = loop {
            tokio::select! {
                biased;
                left = &mut delivery => break left?,
                // A handler may run agents.
                Some(nested) = self.asked.recv() => {
                    self.live.agents.spawn(nested.run(self.engine.clone(), self.live.clone(), None));
                }
            }
        };
        let parts = match left {
            Left::Parts(parts) => parts.try_into().ok(),
            Left::Supplied(_) => None,
        };
        parts.ok_or_else(|| Ending::failed(format!("{hook} lost a part of its payload")))
    }

    async fn tell_result(&self, workflow: &RegisteredWorkflow, result: FinalResult) {
        let extra = match value::fit(Value::Object(result.extra)) {
            Value::Object(extra) => extra,
            _ => Map::new(),
        };
        let kind = EventKind::FinalResult { status: result.status, results: value::fit(result.results), extra };
        self.emit(workflow.plugin.clone(), kind).await;
    }

    /// The run's work is one agent.
    async fn agent(&mut self, name: &str, request: Value, caller: Option<PluginName>) -> Result<(), Ending> {
        self.live.gate.pass(Boundary::Agent(name)).await?;
        let scope = AgentScope {
            run: self.live.id,
            parent: None,
            halt: self.live.halt.child(),
            deadline: self.live.gate.deadline().map(|deadline| deadline.at),
            caller,
            depth: 0,
        };
        let engine = self.engine.clone();
        let hooks = AgentHooks::new(&self.engine, &self.live, name, &scope);
        let work = engine.parts.agents.run(scope, name, request, None, &hooks);
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return match (result.end, self.live.halt.stopped()) {
                    (Ok(()), _) => {
                        self.text = Some(result.text);
                        Ok(())
                    }
                    (Err(_), Some(stop)) => Err(stop.into()),
                    (Err(error), None) => Err(error.into()),
                },
                Some(nested) = self.asked.recv() => {
                    self.live.agents.spawn(nested.run(self.engine.clone(), self.live.clone(), None));
                }
            }
        }
    }

    async fn emit(&self, plugin: Option<PluginName>, kind: EventKind) {
        self.engine.parts.bus.emit(Draft::new(StreamId::Run(self.live.id), kind).plugin(plugin)).await;
    }

    /// No failure of a hook is invisible, even where the run went on.
    fn with_failures(&self, ending: Ending) -> Ending {
        // The one that is the reason itself is told in it.
        let is_told =
            |failure: &HookFailure| ending.reason.as_ref().is_some_and(|reason| reason.contains(&failure.to_string()));
        let mut failures = self.live.failures();
        failures.retain(|failure| !is_told(failure));
        let told = failures.iter().take(TOLD_FAILURES).map(|failure| format!("hook {failure}"));
        let more = failures.len().saturating_sub(TOLD_FAILURES);
        let more = (more > 0).then(|| format!("{more} more hook failures"));
        told.chain(more).fold(ending, |ending, note| ending.note(&note))
    }
}

/// The deadline's words.
pub(super) fn too_long(limit: Duration) -> String {
    format!("the run took longer than {limit:?}")
}
