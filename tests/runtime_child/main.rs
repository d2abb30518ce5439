//! Plugins in processes of their own, started through the real binary.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../runtime_native/host.rs"]
mod host;
#[path = "../support/mod.rs"]
mod support;

mod ends;
mod given;
mod misbehaving;
mod routes;
mod same;
mod start;
mod starting;
