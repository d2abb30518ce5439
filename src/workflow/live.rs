//! A run that goes on, as the rest of the engine sees it.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use super::gate::Gate;
use super::nested::Nested;
use crate::agent::Halt;
use crate::event::RunId;
use crate::hook::HandlerRef;

/// How many agent runs may wait for their run to take them in.
const NESTED: usize = 1024;

pub(super) struct LiveRun {
    pub id: RunId,
    /// Stops the run and everything in it.
    pub halt: Halt,
    pub gate: Gate,
    /// Hook handlers that are not called in it.
    pub without: Arc<[HandlerRef]>,
    /// Where agents are asked for; the run takes them in after what was yielded before them.
    pub nested: mpsc::Sender<Nested>,
    /// The agent runs under way.
    pub agents: TaskTracker,
    /// Set when the last event was told.
    over: watch::Sender<bool>,
}

impl LiveRun {
    pub fn new(id: RunId, halt: Halt, gate: Gate, without: Vec<HandlerRef>) -> (Arc<Self>, mpsc::Receiver<Nested>) {
        let (nested, asked) = mpsc::channel(NESTED);
        let (agents, over) = (TaskTracker::new(), watch::Sender::new(false));
        let without = without.into();
        (Arc::new(LiveRun { id, halt, gate, without, nested, agents, over }), asked)
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
