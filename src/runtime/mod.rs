//! How plugin code runs.
//!
//! [`LivePlugin`] is a running plugin as the upper rooms see it, whatever its transport, with [`session`] as its end
//! of the conversation; [`native`] is the transport for shared libraries in this process.
//!
//! It must not know manifests, grants or what a run is made of: a plugin's calls go to [`HostServices`], which an
//! upper room implements.

mod live;
pub mod native;
mod services;
mod session;

pub use live::{LiveCall, LivePlugin};
pub use services::{CallScope, HostServices};
pub use session::HookPort;
