//! What host and supervisor say to each other over their socket: one line of JSON each way.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Host to supervisor, first; then nothing but the end of the stream, which means: end it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// Found and absolute.
    pub program: PathBuf,
    /// The name by which it was asked for.
    pub name: String,
    pub args: Vec<String>,
    /// For the program alone: set on the supervisor, it could run other code there.
    pub env: BTreeMap<String, String>,
    pub stdin: Option<String>,
}

/// Supervisor to host, last.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    Exited(i32),
    Signalled(i32),
    /// The program could not be started, and why.
    NotStarted(String),
}
