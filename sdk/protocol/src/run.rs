//! Runs, as plugins start and read them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A workflow to run, as a run of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunWorkflow {
    pub workflow_type: String,
    #[serde(default)]
    pub requirements: String,
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Whether the run's events are wanted as they come.
    #[serde(default)]
    pub stream: bool,
}

/// How a run ended that a plugin started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunOutcome {
    /// The run's number.
    pub run: u64,
    pub status: RunStatus,
    /// Who or what ended it; absent when it simply completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the workflow came to, after the hooks, if it came so far: its `status`, its `results`, what else there was
    /// beside them, and `duration`, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Map<String, Value>>,
}

/// How a run ends while its host lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Completed,
    Failed,
    Cancelled,
    Denied,
}

/// What is to be read of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "snake_case")]
pub enum ReadRuns {
    /// The newest runs. Items: their summaries, newest first. End: nothing.
    List {
        /// The host may give fewer.
        limit: u32,
    },
    /// One run. End: its summary.
    Run { run: u64 },
    /// A run's stored events. Items: the events, in order. End: an [`EventsPage`].
    Events {
        run: u64,
        /// The number of the first event that is wanted, from 1.
        from_seq: u64,
        /// The host may give fewer.
        limit: u32,
    },
}

/// What follows the events of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsPage {
    /// The `from_seq` of the next page; absent after a run's last event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_seq: Option<u64>,
}
