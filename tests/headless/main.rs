//! The real program without a terminal: started on projects of its own, with real libraries, and what it says and
//! leaves behind.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod api_routes;
mod approval;
mod audit;
mod chorus;
mod commands;
mod config;
mod config_killed;
mod control;
mod exit_status;
mod history;
mod hook_bench;
mod hook_chain;
mod hook_every;
mod hook_examples;
mod hook_hangs;
mod hooking;
mod hostile;
mod hostile_hooks;
mod in_process;
mod json;
mod one_process;
mod permission_cli;
mod permissions;
mod permissions_answers;
mod permissions_changed;
mod permissions_widened;
mod python;
mod read_only;
mod restarts;
mod screenshot;
mod source;
mod unusable;
