//! What host and supervisor say to each other over their socket: lines of JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Host to supervisor, first. A descriptor that comes with it is the program's standard input. Then nothing but
/// [`KILL`], and the end of the stream, which means: end it.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::runtime) struct Order {
    /// Found and absolute.
    pub program: PathBuf,
    /// The name by which it was asked for.
    pub name: String,
    pub args: Vec<String>,
    /// For the program alone: set on the supervisor, it could run other code there.
    pub env: BTreeMap<String, String>,
    pub stdin: Option<String>,
}

/// Host to supervisor, after the order: end it at once, without asking.
pub(in crate::runtime) const KILL: &[u8] = b"kill\n";

/// Supervisor to host: that the program runs, and then how it ended. What it left behind may still be ending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::runtime) enum Report {
    /// Its process id.
    Started(u32),
    Exited(i32),
    Signalled(i32),
    /// It could not be started, and why.
    NotStarted(String),
}
