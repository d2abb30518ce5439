//! A run that goes on, as the rest of the engine sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use super::gate::Gate;
use super::nested::Nested;
use crate::agent::Halt;
use crate::event::RunId;
use crate::hook::{HandlerRef, HookFailure};

/// How many agent runs may wait for their run to take them in.
const NESTED: usize = 1024;

/// How many failed deliveries a run remembers; its trace has all.
const MOST_FAILURES: usize = 100;

pub(super) struct LiveRun {
    pub id: RunId,
    /// The run that it was started within.
    pub parent: Option<RunId>,
    /// How many runs it is within.
    pub depth: u32,
    /// Stops the run and everything in it.
    pub halt: Halt,
    pub gate: Gate,
    /// Hook handlers that are not called in it.
    pub without: Arc<[HandlerRef]>,
    /// Where agents are asked for; the run takes them in after what was yielded before them.
    pub nested: mpsc::Sender<Nested>,
    /// The agent runs under way.
    pub agents: TaskTracker,
    /// What hooks get of the run, as the last one left it.
    context: Mutex<Value>,
    /// The deliveries that failed and did not end the run.
    failures: Mutex<Vec<HookFailure>>,
    /// Set when the last event was told.
    over: watch::Sender<bool>,
}

impl LiveRun {
    /// `within` is the run that starts it, and how many runs it is within then.
    pub fn new(
        id: RunId,
        within: (Option<RunId>, u32),
        gate: Gate,
        without: Vec<HandlerRef>,
    ) -> (Arc<Self>, mpsc::Receiver<Nested>) {
        let ((parent, depth), halt) = (within, gate.halt().clone());
        let (nested, asked) = mpsc::channel(NESTED);
        let (agents, over) = (TaskTracker::new(), watch::Sender::new(false));
        let without = without.into();
        let (context, failures) = (Mutex::default(), Mutex::default());
        (Arc::new(LiveRun { id, parent, depth, halt, gate, without, nested, agents, context, failures, over }), asked)
    }

    /// What hooks get of the run now.
    pub fn context(&self) -> Value {
        lock(&self.context).clone()
    }

    pub fn set_context(&self, context: Value) {
        *lock(&self.context) = context;
    }

    /// Remembers failed deliveries, for the run's summary.
    pub fn add_failures(&self, failures: Vec<HookFailure>) {
        let mut all = lock(&self.failures);
        for failure in failures {
            // One that fails again and again in the same way is told once.
            if all.len() < MOST_FAILURES && !all.contains(&failure) {
                all.push(failure);
            }
        }
    }

    pub fn failures(&self) -> Vec<HookFailure> {
        lock(&self.failures).clone()
    }

    pub fn end(&self) {
        self.over.send_replace(true);
    }

    /// Waits until the last event was told.
    pub async fn wait(&self) {
        // The sender is our own, so the wait can't fail.
        let _ = self.over.subscribe().wait_for(|over| *over).await;
    }
}

/// Nothing that holds these locks can panic half way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
