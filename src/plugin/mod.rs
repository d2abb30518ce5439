//! Plugins as they lie on the disk and as they live: what a manifest says ([`manifest`]).
//!
//! It must not know agents, hooks and workflows as they run, nor who asks.

pub mod manifest;
