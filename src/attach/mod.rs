//! A host that is elsewhere: the facade over HTTP, for the workbench of another machine or process.
//!
//! [`Remote`] is the facade. [`Target`] and [`token`] are what it is opened with; `wire` speaks HTTP, `link` knows
//! whether the host can be reached and looks for it while it can't, `feed` follows a stream over any number of
//! connections, and `sse` takes the lines apart.
//!
//! It imports the facade and the event types. It must not know the faces, which get it as they get any facade, nor the
//! host's insides or the server's: those are another process's.

mod backoff;
mod feed;
mod link;
mod remote;
mod sse;
mod target;
pub mod token;
mod trouble;
mod wire;

pub use remote::{AttachError, Remote};
pub use target::{BadTarget, Target};
