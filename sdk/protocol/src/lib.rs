//! The messages between the orchestrator and its plugins, shared by both sides.
//!
//! A plugin is something that messages go into and come out of. The messages are the same whether the
//! plugin is a shared library in the host's process or a program in a child process; only the transport
//! differs. This crate knows nothing of either side's insides.
//!
//! - [`message`]: what travels: sessions, calls, credit.
//! - [`target`]: what can be called, on the plugin and on the host.
//! - [`session`]: greeting, configuration, and what a plugin contributes.
//! - [`hook`]: one hook delivery and its answer.
//! - [`body`]: the bytes of a request or an answer.
//! - [`run`]: runs, as plugins start and read them.
//! - [`error`]: how a call fails.
//! - [`permission`]: what a plugin may do.
//! - [`peer`]: one end of a session: calls in both directions, credit, cancellation.
//! - [`abi`]: the C border of the in-process transport.
//! - [`frame`]: the frames of the child transport.

pub mod abi;
pub mod body;
pub mod error;
pub mod frame;
pub mod hook;
pub mod message;
pub mod peer;
pub mod permission;
pub mod run;
pub mod session;
pub mod target;

pub use body::Body;
pub use error::{CallError, ErrorKind};
pub use message::{CallId, Credit, Message, ToHost, ToPlugin};
pub use permission::{Granted, Permission};

/// The protocol's own version, apart from the product's. Both sides send theirs in `hello`; a different
/// major number is refused.
pub const PROTOCOL_VERSION: ProtocolVersion = ProtocolVersion { major: 1, minor: 2 };

/// The largest message that a transport accepts, in bytes of JSON. Checked before anything is allocated.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// The longest message altogether, in bytes of JSON. What is longer than a transport accepts travels in pieces
/// ([`Message::Chunk`]); what is longer than this is an error to its sender. So is one of more than 1 MiB that holds
/// millions of lists, objects and values: read, it would take many times its length.
pub const MAX_VALUE_BYTES: usize = 64 * 1024 * 1024;

/// The most bytes of unfinished messages that one side keeps. A side that sends more at once ends the session.
pub const MAX_UNFINISHED_BYTES: usize = 4 * MAX_VALUE_BYTES;

/// The most messages that may be unfinished at once in one direction.
pub const MAX_UNFINISHED: usize = 64;

/// A version of the protocol: majors are incompatible, minors only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProtocolVersion {
    pub major: u16,
    pub minor: u16,
}

impl ProtocolVersion {
    /// Whether a peer of version `other` can be talked to.
    pub fn accepts(self, other: Self) -> bool {
        self.major == other.major
    }
}

impl std::fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
