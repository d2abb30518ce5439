//! Plugins that try to get out of their processes, in Python and in native code, through the real program: each way is
//! refused, nothing happens, and the log of the plugin tells of it.
//!
//! [`place`] is what they try to reach, [`attempts`] the ways and what must come of each, [`refused`] tries those that
//! leave the process alive; [`limits`], [`noise`] and [`orphans`] those that end it. [`levels`] is about who decides
//! how much is held, and [`granted`] about what a grant opens.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod attempts;
mod granted;
mod levels;
mod limits;
mod noise;
mod orphans;
mod place;
mod refused;
