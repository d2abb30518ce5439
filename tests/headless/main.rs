//! The real program without a terminal: started on projects of its own, with real libraries, and what it says and
//! leaves behind.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod chorus;
mod commands;
mod exit_status;
mod history;
mod hostile;
mod hostile_hooks;
mod json;
mod one_process;
mod permissions;
mod screenshot;
mod source;
mod trust;
mod unusable;
