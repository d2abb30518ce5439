//! The workbench in a real terminal: the real program is typed to, and its screen is read.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod attach;
mod audit;
mod bench;
mod cancelling;
mod config;
mod flood;
mod gauges;
mod history;
mod hooks;
mod leaving;
mod looks;
mod opening;
mod pasting;
mod permissions;
mod printing;
mod python;
mod read_only;
mod resizing;
