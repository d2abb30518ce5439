//! Processes of which nothing is left behind.
//!
//! A program is started by a supervisor, a small process of our own ([`supervisor`]): it is the reaper of everything
//! that the program leaves behind, so that nothing escapes by making a session of its own. Host and supervisor hold
//! the two ends of one socket. When the host's end closes, because nobody wants the program any more or the host was
//! killed, the tree is ended: SIGTERM, and SIGKILL half a second later. What a program leaves behind when it exits
//! ends with it in the same way. Only a program that kills its own supervisor gets away.
//!
//! For a program that confines itself the supervisor answers the system calls that are refused ([`refusals`]), so that
//! none is tried unseen.
//!
//! It must not know plugins or calls: [`super::exec`] and [`super::child`] say what is started, and why.

#[cfg(target_os = "linux")]
mod deleted;
#[cfg(target_os = "linux")]
pub(super) mod handing;
#[cfg(target_os = "linux")]
mod order;
#[cfg(target_os = "linux")]
mod refusals;
#[cfg(target_os = "linux")]
mod start;
pub mod supervisor;
#[cfg(target_os = "linux")]
mod tree;
#[cfg(target_os = "linux")]
mod usage;
#[cfg(target_os = "linux")]
mod wait;

#[cfg(target_os = "linux")]
pub(super) use deleted::deleted_of_tree;
#[cfg(target_os = "linux")]
pub(super) use order::{KILL, Order, Refused, Report};
#[cfg(target_os = "linux")]
pub(super) use start::{give_with, spawn};
#[cfg(target_os = "linux")]
pub(super) use usage::of_tree;
#[cfg(target_os = "linux")]
pub(super) use wait::until_ended;

/// The hidden first argument with which our own executable becomes a supervisor.
pub const SUPERVISE: &str = "__supervise";
