//! Plugins in processes of their own, started through the real binary.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../runtime_native/host.rs"]
mod host;

mod same;
mod start;
