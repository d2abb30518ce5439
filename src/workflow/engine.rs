//! The engine: owns every run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, join_all};
use tokio::sync::{Semaphore, oneshot};

use super::conduct::{Conduct, Work, too_long};
use super::gate::{Deadline, Gate};
use super::live::LiveRun;
use super::registry::WorkflowRegistry;
use super::start::{Begin, NewRun, StartAgent, StartError, StartWorkflow};
use crate::agent::{Agents, Halt, Stop};
use crate::event::RunId;
use crate::event::bus::Bus;
use crate::hook::{HandlerRef, HookChain};
use crate::permission::{Permissions, RunGrant};

/// How many runs may go on at once.
pub const MAX_RUNS: usize = 64;

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
struct Launch {
    grants: Vec<RunGrant>,
    timeout: Option<Duration>,
    begin: Option<Begin>,
    without: Vec<HandlerRef>,
}

/// Runs workflows and agents, several at once. A run is a task of the engine's: whoever started it may go away.
pub struct Engine {
    pub parts: EngineParts,
    runs: Mutex<BTreeMap<RunId, Arc<LiveRun>>>,
    slots: Arc<Semaphore>,
}

impl Engine {
    pub fn new(parts: EngineParts) -> Arc<Self> {
        Arc::new(Engine { parts, runs: Mutex::default(), slots: Arc::new(Semaphore::new(MAX_RUNS)) })
    }

    /// Starts a workflow. Returns when the run has its number and its first event. A run that is not permitted
    /// starts too, and ends as denied.
    pub async fn start(self: &Arc<Self>, start: StartWorkflow, begin: Option<Begin>) -> Result<RunId, StartError> {
        let Some(workflow) = self.parts.workflows.get(&start.workflow) else {
            let remedy = self.parts.workflows.remedy(&start.workflow);
            return Err(StartError::Unknown { what: "workflow", name: start.workflow, remedy });
        };
        let StartWorkflow { requirements, config, grants, timeout, parent_run, without_handlers, .. } = start;
        let work = Work::Workflow { workflow, requirements, config, parent_run };
        self.launch(work, Launch { grants, timeout, begin, without: without_handlers }).await
    }

    /// Starts one agent alone, as a run whose workflow is called `agent:` and the agent's name. It has no hooks and
    /// no final result.
    pub async fn start_agent(self: &Arc<Self>, start: StartAgent, begin: Option<Begin>) -> Result<RunId, StartError> {
        let Some(agent) = self.parts.agents.registry.get(&start.agent) else {
            let remedy = self.parts.agents.registry.remedy(&start.agent);
            return Err(StartError::Unknown { what: "agent", name: start.agent, remedy });
        };
        let StartAgent { agent: name, task, context, grants, timeout } = start;
        let work = Work::Agent { name, plugin: agent.plugin.clone(), task, context };
        self.launch(work, Launch { grants, timeout, begin, without: Vec::new() }).await
    }

    async fn launch(self: &Arc<Self>, work: Work, launch: Launch) -> Result<RunId, StartError> {
        let Launch { grants, timeout, begin, without } = launch;
        let slot = self.slots.clone().try_acquire_owned().map_err(|_| StartError::TooMany(MAX_RUNS))?;
        let id = self.parts.numbers.next(work.new_run()).await.map_err(StartError::Failed)?;
        let limit = timeout.unwrap_or(self.parts.run_timeout);
        // A limit too long for the clock is none.
        let deadline = Instant::now().checked_add(limit).map(|at| Deadline { at, reason: too_long(limit) });
        let halt = Halt::new();
        let (live, asked) = LiveRun::new(id, halt.clone(), Gate::new(halt, deadline), without);
        self.runs().insert(id, live.clone());
        self.parts.permissions.grant_for_run(id, grants);
        let (held, opening) = begin.map(|begin| begin(id)).map(|begun| (begun.held, begun.opening)).unzip();
        let conduct = Conduct { engine: self.clone(), live, asked };
        let (started, heard) = oneshot::channel();
        tokio::spawn(async move {
            conduct.run(work, opening, started).await;
            drop((held, slot));
        });
        heard.await.map_err(|_| StartError::Failed("its task ended at once".to_owned()))?;
        Ok(id)
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
