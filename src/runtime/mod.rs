//! How plugin code runs.
//!
//! [`LivePlugin`] is a running plugin as the upper rooms see it, whatever its transport, with [`session`] as its end
//! of the conversation; [`native`] is the transport for shared libraries in this process, [`child`] the one for
//! plugins in processes of their own; [`hook_threads`] lends the threads on which hooks run; [`descriptors`] keeps what
//! libraries print apart from what we print; [`exec`] starts programs for plugins, [`tool`] the host's own; [`python`]
//! finds interpreters and brings the SDK; [`embedded`] unpacks what the program carries. [`supervise`] ends the whole
//! trees of the processes that run for plugins.
//!
//! It must not know manifests, grants or what a run is made of: a plugin's calls go to [`HostServices`], which an
//! upper room implements.

mod backlog;
mod calls;
pub mod child;
mod described;
pub mod descriptors;
pub mod embedded;
mod error;
pub mod exec;
mod greeting;
pub mod hook_threads;
mod leaving;
mod live;
pub mod native;
mod pace;
mod printed;
pub mod python;
mod services;
mod session;
pub mod supervise;
pub mod tool;

pub use calls::LiveCall;
pub use error::LoadError;
pub use leaving::Leaving;
pub use live::{LivePlugin, Usage};
pub use services::{CallScope, HostServices};
pub use session::HookPort;
