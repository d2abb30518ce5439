//! The engine: owns every run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;
use tokio::sync::{Semaphore, oneshot};

use super::apart::{Started, Within};
use super::conduct::{Conduct, Work, too_long};
use super::gate::{Deadline, Gate};
use super::live::LiveRun;
use super::registry::WorkflowRegistry;
use super::start::{Begin, NewRun, StartAgent, StartError, StartWorkflow};
use crate::agent::{Agents, Stop};
use crate::event::RunId;
use crate::event::bus::Bus;
use crate::hook::{HandlerRef, HookChain};
use crate::permission::{Permissions, RunGrant};

/// How many runs may go on at once.
pub const MAX_RUNS: usize = 64;
/// How many of them plugins may have started, so that people can always start one.
pub const MAX_NESTED_RUNS: usize = 48;

/// Where runs get their numbers.
pub trait RunNumbers: Send + Sync + 'static {
    /// A number that no run of the project has or had.
    fn next(&self, run: NewRun) -> BoxFuture<'_, Result<RunId, String>>;
}

/// What the engine works with.
pub struct EngineParts {
    pub bus: Bus,
    pub permissions: Permissions,
    pub hooks: HookChain,
    pub agents: Agents,
    pub workflows: WorkflowRegistry,
    pub numbers: Arc<dyn RunNumbers>,
    /// The open project's folder.
    pub project: PathBuf,
    /// For runs that are started without a limit of their own.
    pub run_timeout: Duration,
}

/// How any run starts.
#[derive(Default)]
pub(super) struct Launch {
    pub grants: Vec<RunGrant>,
    pub timeout: Option<Duration>,
    pub begin: Option<Begin>,
    pub without: Vec<HandlerRef>,
    /// Absent for the runs that people start.
    pub within: Option<Within>,
}

/// Runs workflows and agents, several at once. A run is a task of the engine's: whoever started it may go away.
pub struct Engine {
    pub parts: EngineParts,
    runs: Mutex<BTreeMap<RunId, Arc<LiveRun>>>,
    slots: Arc<Semaphore>,
    nested_slots: Arc<Semaphore>,
}

impl Engine {
    pub fn new(parts: EngineParts) -> Arc<Self> {
        let slots = |count| Arc::new(Semaphore::new(count));
        let (slots, nested_slots) = (slots(MAX_RUNS), slots(MAX_NESTED_RUNS));
        Arc::new(Engine { parts, runs: Mutex::default(), slots, nested_slots })
    }

    /// Starts a workflow. Returns when the run has its number and its first event. A run that is not permitted
    /// starts too, and ends as denied.
    pub async fn start(self: &Arc<Self>, start: StartWorkflow, begin: Option<Begin>) -> Result<RunId, StartError> {
        let Some(workflow) = self.parts.workflows.get(&start.workflow) else {
            let remedy = self.parts.workflows.remedy(&start.workflow);
            return Err(StartError::Unknown { what: "workflow", name: start.workflow, remedy });
        };
        let StartWorkflow { requirements, config, grants, timeout, without_handlers: without, .. } = start;
        let work = Work::Workflow { workflow, requirements, config };
        let launch = Launch { grants, timeout, begin, without, within: None };
        Ok(self.launch(work, launch).await?.run)
    }

    /// Starts one agent alone, as a run whose workflow is called `agent:` and the agent's name. It has no hooks and
    /// no final result.
    pub async fn start_agent(self: &Arc<Self>, start: StartAgent, begin: Option<Begin>) -> Result<RunId, StartError> {
        let Some(agent) = self.parts.agents.registry.get(&start.agent) else {
            let remedy = self.parts.agents.registry.remedy(&start.agent);
            return Err(StartError::Unknown { what: "agent", name: start.agent, remedy });
        };
        let StartAgent { agent: name, task, context, mut more, grants, timeout } = start;
        more.insert("task".to_owned(), task.into());
        more.insert("context".to_owned(), context);
        let work = Work::Agent { name, plugin: agent.plugin.clone(), request: Value::Object(more), caller: None };
        let launch = Launch { grants, timeout, begin, ..Launch::default() };
        Ok(self.launch(work, launch).await?.run)
    }

    pub(super) async fn launch(self: &Arc<Self>, work: Work, launch: Launch) -> Result<Started, StartError> {
        let Launch { grants, timeout, begin, without, within } = launch;
        let take = |slots: &Arc<Semaphore>| slots.clone().try_acquire_owned();
        let nested_slot = within.as_ref().map(|_| take(&self.nested_slots)).transpose();
        let nested_slot = nested_slot.map_err(|_| StartError::TooManyNested(MAX_NESTED_RUNS))?;
        let slot = take(&self.slots).map_err(|_| StartError::TooMany(MAX_RUNS))?;
        let id = self.parts.numbers.next(work.new_run()).await.map_err(StartError::Failed)?;
        let deadline = deadline(timeout.unwrap_or(self.parts.run_timeout), within.as_ref());
        let halt = within.as_ref().map(|within| within.halt.clone()).unwrap_or_default();
        let parent = within.as_ref().map_or((None, 0), |within| (within.parent_run(), within.depth()));
        let (live, asked) = LiveRun::new(id, parent, Gate::new(halt, deadline), without);
        self.runs().insert(id, live.clone());
        self.parts.permissions.grant_for_run(id, grants);
        let (held, opening) = begin.map(|begin| begin(id)).map(|begun| (begun.held, begun.opening)).unzip();
        let conduct = Conduct { engine: self.clone(), live, asked, result: None, text: None };
        let (started, heard) = oneshot::channel();
        let (ending, ended) = oneshot::channel();
        tokio::spawn(async move {
            let end = conduct.run(work, opening, started).await;
            drop((held, slot, nested_slot, within));
            // Nobody waits for the end of a run that a person started.
            let _ = ending.send(end);
        });
        heard.await.map_err(|_| StartError::Failed("its task ended at once".to_owned()))?;
        Ok(Started { run: id, ended })
    }

    /// Stops a run; `by` says who wants it, and becomes part of its reason. Returns at once, and whether the run was
    /// going on.
    pub fn cancel(&self, run: RunId, by: &str) -> bool {
        let live = self.live(run);
        if let Some(live) = &live {
            live.halt.stop(Stop::Cancelled(format!("cancelled by {by}")));
        }
        live.is_some()
    }

    /// Stops all runs, and waits for their last events, at most `limit`. Returns those that still go on.
    pub async fn cancel_all(&self, reason: &str, limit: Duration) -> Vec<RunId> {
        let all: Vec<_> = self.runs().values().cloned().collect();
        for live in &all {
            live.halt.stop(Stop::Cancelled(reason.to_owned()));
        }
        // Whether all ended or the time is up, the answer is those that are left.
        let _ = tokio::time::timeout(limit, join_all(all.iter().map(|live| live.wait()))).await;
        self.running()
    }

    /// The runs that go on, the oldest first.
    pub fn running(&self) -> Vec<RunId> {
        self.runs().keys().copied().collect()
    }

    /// Whether the run goes on; not any more once its last event was told.
    pub fn is_live(&self, run: RunId) -> bool {
        self.runs().contains_key(&run)
    }

    pub(super) fn live(&self, run: RunId) -> Option<Arc<LiveRun>> {
        self.runs().get(&run).cloned()
    }

    /// The run has ended.
    pub(super) fn forget(&self, live: &LiveRun) {
        self.parts.permissions.end_run(live.id);
        self.runs().remove(&live.id);
        live.end();
    }

    fn runs(&self) -> MutexGuard<'_, BTreeMap<RunId, Arc<LiveRun>>> {
        // Nothing that holds the lock can panic half way through a change.
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the run's time is up: its own, or that of the call that it is started within. A limit too long for the clock is
/// none.
fn deadline(limit: Duration, within: Option<&Within>) -> Option<Deadline> {
    let own = Instant::now().checked_add(limit).map(|at| Deadline { at, reason: too_long(limit) });
    match within.and_then(|within| within.deadline) {
        Some(at) if own.as_ref().is_none_or(|own| at < own.at) => {
            Some(Deadline { at, reason: "the call that started the run has no more time".to_owned() })
        }
        Some(_) | None => own,
    }
}
