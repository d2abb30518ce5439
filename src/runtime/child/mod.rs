//! The transport for plugins in processes of their own.
//!
//! [`start`] has a supervisor start [`launcher`], this executable again, which becomes the plugin: it loads its library,
//! or turns into its interpreter. Host and plugin talk in frames over a socket, the plugin's descriptor 3. [`conduct`]
//! is the one task that owns a child, from its start to its end; [`outbox`] writes to it, [`output`] reads what it
//! prints, [`private`] is where its home is, [`watchdog`] asks whether it still answers, [`meter`] keeps it within its bounds and leaves
//! in [`seen`] what it found, [`hooks`] calls its handlers.
//!
//! It must not know why a plugin runs in a process of its own, or what becomes of one that has ended.

#[cfg(target_os = "linux")]
mod conduct;
#[cfg(target_os = "linux")]
mod environment;
#[cfg(target_os = "linux")]
mod exit;
#[cfg(target_os = "linux")]
mod hooks;
pub mod launcher;
#[cfg(target_os = "linux")]
mod meter;
#[cfg(target_os = "linux")]
mod outbox;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod private;
#[cfg(target_os = "linux")]
mod process;
mod program;
#[cfg(target_os = "linux")]
mod seen;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod transport;
#[cfg(target_os = "linux")]
mod watchdog;

use std::path::PathBuf;

use orchestrator_protocol::session::Initialize;

use crate::event::PluginName;
use crate::sandbox::{Confinement, Level, Quota};

#[cfg(target_os = "linux")]
pub use start::start;

/// The hidden first argument with which our own executable becomes a plugin.
pub const LAUNCH: &str = "__launch";

/// What to start, and what to tell it.
#[derive(Debug, Clone)]
pub struct ChildSpec {
    pub name: PluginName,
    pub program: ChildProgram,
    pub initialize: Initialize,
    /// Where each start makes a folder of its own, for the child's home and its temporary files; it goes with the child.
    /// Made, if it is not there. For children of this plugin alone.
    pub private_dir: PathBuf,
    /// What it may touch, beside what its program is.
    pub confinement: Confinement,
    /// What the process and everything below it may use.
    pub quota: Quota,
    /// How far the kernel must hold that; with less the child does not start.
    pub least: Level,
    /// Our own executable, which becomes the supervisor and the launcher: it must call
    /// [`supervisor::main`](super::supervise::supervisor::main) and [`launcher::main`] when it is started as one.
    pub executable: PathBuf,
}

/// What a child runs.
#[derive(Debug, Clone)]
pub enum ChildProgram {
    /// A native plugin's library.
    Library {
        /// As it was built.
        library: PathBuf,
        /// The library's SHA-256, where exactly this one was approved.
        approved: Option<[u8; 32]>,
        /// Where loaded copies are kept; shared by all plugins.
        libs_dir: PathBuf,
    },
    /// An interpreter that speaks the protocol on descriptor 3.
    Python { interpreter: PathBuf, args: Vec<String> },
}
