//! What host and supervisor say to each other over their socket: lines of JSON.

use std::collections::BTreeMap;
use std::fmt;
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
    /// The program confines itself: its standard input is then a socket to the supervisor, over which it gets the
    /// descriptor that came with the order, and over which it gives away what tells of the system calls that it is
    /// refused.
    #[serde(default)]
    pub confined: bool,
}

/// Host to supervisor, after the order: end it at once, without asking.
pub(in crate::runtime) const KILL: &[u8] = b"kill\n";

/// Supervisor to host: that the program runs, what it tried in vain, and then how it ended. What it left behind may
/// still be ending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::runtime) enum Report {
    /// Its process id.
    Started(u32),
    Refused(Refused),
    Exited(i32),
    Signalled(i32),
    /// It could not be started, and why.
    NotStarted(String),
}

/// System calls that a confined program was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::runtime) enum Refused {
    /// One, in words.
    Call(String),
    /// So many more, which were not told one by one.
    More(u64),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Call(words) => f.write_str(words),
            Refused::More(times) => write!(f, "{times} more attempts were refused, and are not told one by one"),
        }
    }
}
