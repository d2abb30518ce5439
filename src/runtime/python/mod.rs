//! Python for plugins: which interpreter ([`find`]), the SDK that the program carries ([`unpack_sdk`]), and the
//! command line of a plugin's process ([`program`]).
//!
//! An [`Interpreter`] is one that exists and has answered; a plugin's virtual environment has an interpreter of its
//! own, which lies in it and is made from this one.
//!
//! It must not know plugins, what they require beyond a version, nor how environments are made.

mod ask;
mod candidates;
mod find;
mod known;
mod program;
mod sdk;
#[cfg(test)]
pub mod testing;

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use find::{NoPython, find};
pub use program::program;
pub use sdk::unpack_sdk;

/// The oldest Python that plugins run on.
pub const OLDEST: PythonVersion = PythonVersion(3, 10, 0);

/// A Python that was asked what it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interpreter {
    /// The real program: not a version manager's script, nor that of a virtual environment that was active.
    pub path: PathBuf,
    pub version: PythonVersion,
}

/// Major, minor and micro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PythonVersion(pub u32, pub u32, pub u32);

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}
