//! What a run is started with, and why it can't be.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use crate::event::{PluginName, RunId};
use crate::hook::HandlerRef;
use crate::permission::RunGrant;

/// What the history is told of a run before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    pub workflow_type: String,
    pub requirements: String,
    /// The plugin that provides the workflow or agent; absent for the host's own.
    pub plugin: Option<PluginName>,
}

/// Called when a run has its number, before anything of it happens.
pub type Begin = Box<dyn FnOnce(RunId) -> Begun + Send>;

/// What was made for one run.
pub struct Begun {
    /// Dropped when the run is over.
    pub held: Box<dyn Send + Sync>,
    /// Done after the run's first event and before anything else of it.
    pub opening: BoxFuture<'static, ()>,
}

/// Starts a workflow.
#[derive(Debug, Clone, Default)]
pub struct StartWorkflow {
    pub workflow: String,
    pub requirements: String,
    pub config: Map<String, Value>,
    /// Permissions for this run alone.
    pub grants: Vec<RunGrant>,
    /// The longest that the run may take; the setting applies without it.
    pub timeout: Option<Duration>,
    /// Hook handlers that are not called in this run.
    pub without_handlers: Vec<HandlerRef>,
}

/// Starts one agent alone, as a run of its own.
#[derive(Debug, Clone, Default)]
pub struct StartAgent {
    pub agent: String,
    pub task: String,
    pub context: Value,
    /// What else its request has.
    pub more: Map<String, Value>,
    pub grants: Vec<RunGrant>,
    pub timeout: Option<Duration>,
}

/// Why there is no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no such workflow or agent.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// `workflow` or `agent`.
        what: &'static str,
        name: String,
        /// The name that was probably meant, or all there are.
        remedy: String,
    },
    #[error("{0} runs are going on, which is the most at once; wait for one to end, or cancel one")]
    TooMany(usize),
    #[error("plugins have {0} runs going on, which is the most at once; wait for one to end")]
    TooManyNested(usize),
    /// The history gave the run no number.
    #[error("the run could not be started: {0}")]
    Failed(String),
}
