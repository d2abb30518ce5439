//! The orchestrator: a terminal workbench for multi-agent plugins.
//!
//! The folders are the rooms of the house; `docs/architecture.md` is the map. A room imports only from those
//! listed below it.

pub mod agent;
pub mod attach;
pub mod cli;
pub mod config;
pub mod event;
pub mod hook;
pub mod orchestrator;
pub mod permission;
pub mod plugin;
pub mod runtime;
pub mod sandbox;
pub mod server;
pub mod store;
pub mod tui;
pub mod workflow;
