//! The control API, end to end: the real binary, a real HTTP client.

mod bench;
mod config;
mod documents;
mod faults;
mod follow;
mod many;
mod permissions;
mod plugins;
mod readonly;
mod runs;
