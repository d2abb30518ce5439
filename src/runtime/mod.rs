//! How plugin code runs.
//!
//! [`LivePlugin`] is a running plugin as the upper rooms see it, whatever its transport, with [`session`] as its end
//! of the conversation; [`native`] is the transport for shared libraries in this process; [`hook_threads`] lends the
//! threads on which their hooks run; [`descriptors`] keeps what they print apart from what we print; [`exec`] starts
//! programs for plugins and ends their whole trees; [`tool`] runs the host's own; [`python`] finds interpreters and brings
//! the SDK; [`embedded`] unpacks what the program carries.
//!
//! It must not know manifests, grants or what a run is made of: a plugin's calls go to [`HostServices`], which an
//! upper room implements.

mod described;
pub mod descriptors;
pub mod embedded;
pub mod exec;
pub mod hook_threads;
mod live;
pub mod native;
pub mod python;
mod services;
mod session;
pub mod tool;

pub use live::{LiveCall, LivePlugin};
pub use services::{CallScope, HostServices};
pub use session::HookPort;
