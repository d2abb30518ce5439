//! What travels between host and plugin.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::CallError;
use crate::permission::Granted;
use crate::session::{Bye, Hello, Initialize, Initialized, Log, Shutdown};
use crate::target::{HostTarget, PluginTarget};

/// The number of a call, chosen by the side that opens it and rising on that side.
///
/// Both sides count for themselves. Which count an id belongs to follows from the message: `item`, `end` and
/// `error` come from the side that was called, `cancel` and `credit` from the side that calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u64);

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How much more a call's items may be outstanding: sent, and not yet taken by the receiver's consumer.
///
/// A sender may send an item while both counts have room, and always when nothing is outstanding, so that an
/// item larger than the whole window still passes alone. What such an item takes too much is counted below zero: the
/// credit that comes back for it leaves the window as wide as it was.
///
/// A receiver may give credit back in portions, but gives all of it before it waits for more: the sender may be waiting
/// for the rest of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub items: u32,
    /// Bytes of the `item` messages' JSON; of the joined message, if it came in pieces.
    pub bytes: u64,
}

impl Credit {
    /// What a call starts with unless its opener says otherwise.
    pub const INITIAL: Credit = Credit { items: 256, bytes: 1024 * 1024 };
}

/// A message of the host to the plugin.
pub type ToPlugin = Message<PluginTarget>;
/// A message of the plugin to the host.
pub type ToHost = Message<HostTarget>;

/// One message. `T` is what the sender may call on the receiver, so that a plugin can't be asked for what only
/// the host does, nor the host for what only a plugin does.
///
/// Unknown fields are ignored. An unknown message is answered with [`Message::Rejected`], an unknown target
/// with [`Message::Error`]; neither ends the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message<T> {
    /// Both sides first.
    Hello(Hello),
    /// Host to plugin, once, after `hello`.
    Initialize(Initialize),
    /// Plugin to host: it can be called now.
    Initialized(Initialized),
    /// Plugin to host: it can't be used; nothing but `bye` follows.
    InitializeFailed {
        error: CallError,
    },
    /// Host to plugin: what is granted to it is this from now on.
    PermissionsChanged {
        granted: Vec<Granted>,
    },
    /// Are you there? Answered with `pong` and the same number.
    Ping {
        nonce: u64,
    },
    Pong {
        nonce: u64,
    },
    /// Host to plugin: end what you do, release what you hold, answer `bye`.
    Shutdown(Shutdown),
    /// Plugin to host: the last message.
    Bye(Bye),
    /// Plugin to host: a line for the log.
    Log(Log),
    /// Opens a call. `parent` names the call of the *other* side that this one is made within, so that
    /// permission, deadline, cancellation and trace flow through nested calls.
    Call {
        id: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<CallId>,
        target: T,
        /// Milliseconds from now until the call is cancelled by its opener.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<u64>,
        credit: Credit,
    },
    /// A piece of a call's output, in order.
    Item {
        id: CallId,
        value: Value,
    },
    /// The call is over and succeeded.
    End {
        id: CallId,
        #[serde(default, skip_serializing_if = "Value::is_null")]
        value: Value,
    },
    /// The call is over and failed.
    Error {
        id: CallId,
        error: CallError,
    },
    /// The opener wants no more. The called side still answers with `end` or `error`, soon.
    Cancel {
        id: CallId,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// The opener's consumer took items: as much more may be outstanding.
    Credit {
        id: CallId,
        more: Credit,
    },
    /// The last message could not be understood; the session goes on.
    Rejected {
        reason: String,
    },
    /// A piece of a message that is too long to travel whole. The texts of the pieces of one `message`, joined in the
    /// order in which they come, are its JSON; it counts as received when the last piece is there.
    ///
    /// Other messages, pieces of others among them, may come between. A message in pieces is at most
    /// [`MAX_VALUE_BYTES`](crate::MAX_VALUE_BYTES) long and no piece itself; at most
    /// [`MAX_UNFINISHED`](crate::MAX_UNFINISHED) are unfinished at once, with at most
    /// [`MAX_UNFINISHED_BYTES`](crate::MAX_UNFINISHED_BYTES) together. Whoever receives more ends the session.
    Chunk {
        /// Chosen by the sender, rising; no two unfinished messages have the same.
        message: u64,
        text: String,
        last: bool,
    },
}
