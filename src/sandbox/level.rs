//! How much the kernel holds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far a process is confined; each includes the ones before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Not at all.
    None,
    /// It can't use more than its limits, nor gain rights.
    Limits,
    /// It can neither start processes nor open sockets, nor look into other processes.
    Syscalls,
    /// It reads and writes only the files that it may.
    #[default]
    Full,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::None, Level::Limits, Level::Syscalls, Level::Full];

    /// The name as settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Limits => "limits",
            Level::Syscalls => "syscalls",
            Level::Full => "full",
        }
    }

    /// What holds, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Level::None => "nothing is held by the kernel: its code can do what you can",
            Level::Limits => {
                "memory, processor time and other limits hold; files, network and other processes are open to it"
            }
            Level::Syscalls => {
                "limits hold, no network, no new processes; your files are open to it, and it can signal your other programs"
            }
            Level::Full => {
                "limits hold, no network, no new processes, no others reached, and only the files that it may have"
            }
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no level's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no sandbox level `{0}`; write none, limits, syscalls or full")]
pub struct UnknownLevel(String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Level::ALL.into_iter().find(|level| level.as_str() == word).ok_or_else(|| UnknownLevel(word.to_owned()))
    }
}
