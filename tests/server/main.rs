//! The HTTP server: the real program, spoken to over real sockets.

#![allow(clippy::unwrap_used)]

mod client;
mod control;
mod ending;
mod limits;
mod listening;
mod plugin_routes;
mod refusals;
mod token;

#[path = "../support/mod.rs"]
mod support;
