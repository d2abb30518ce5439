//! One end of a session: calls in both directions, with credit and cancellation, whatever the transport.
//!
//! A transport gives every message it receives to [`Peer::receive`] and takes what the peer sends through its
//! [`Outbox`]. Nothing here blocks or waits inside `receive`, so the reader of a transport never waits for the
//! consumer of one stream; what a consumer has not taken yet is bounded by the credit it gave.

mod incoming;
mod outgoing;
mod pieces;
mod reassembly;
mod shared;
#[cfg(test)]
mod tests;
mod weight;
mod window;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use incoming::{Incoming, Responder};
pub use outgoing::{CallEvent, OpenCall};
use pieces::Sizes;
use reassembly::Breach;
use shared::Shared;

use crate::error::{CallError, ErrorKind};
use crate::message::{CallId, Credit, Message};

/// Where a peer's messages go.
pub trait Outbox: Send + Sync + 'static {
    /// Hands over one encoded message. Called from any thread; must not block.
    fn send(&self, message: Vec<u8>) -> Result<(), Closed>;
}

/// The other side is gone, or takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other side of the session is gone")]
pub struct Closed;

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Closed(#[from] Closed),
    #[error("a message of {bytes} bytes is longer than the limit of {limit}; send less, or in several items")]
    TooLong { bytes: usize, limit: usize },
    #[error("other long messages are being sent at this moment, as many as the other side takes; try again")]
    Busy,
}

impl From<SendError> for CallError {
    fn from(error: SendError) -> Self {
        let kind = match error {
            SendError::Closed(_) | SendError::Busy => ErrorKind::Unavailable,
            SendError::TooLong { .. } => ErrorKind::InvalidRequest,
        };
        CallError::new(kind, error.to_string())
    }
}

/// How many calls one side may have open on the other.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// In the whole session.
    pub calls: usize,
    /// Within one parent call.
    pub calls_per_parent: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { calls: 1024, calls_per_parent: 64 }
    }
}

/// One end of a session. `In` is what the other side may call here, `Out` what may be called there.
///
/// A clone is the same end.
pub struct Peer<In, Out> {
    shared: Arc<Shared>,
    targets: PhantomData<fn(In) -> Out>,
}

impl<In, Out> Clone for Peer<In, Out> {
    fn clone(&self) -> Self {
        Peer { shared: self.shared.clone(), targets: PhantomData }
    }
}

/// What a received message asks of the peer's owner.
#[derive(Debug)]
pub enum Received<In> {
    /// Nothing: it belonged to a call.
    Handled,
    /// The other side opened a call; answer it on a task of its own.
    Call(Incoming<In>),
    /// A message of the session itself: a greeting, a log line, a shutdown.
    Session(Box<Message<In>>),
    /// It could not be understood, and was answered so, in these words.
    Rejected(String),
    /// The other side keeps to no bounds, in these words: end the session.
    Violation(String),
}

/// How a message came.
#[derive(Clone, Copy)]
enum Came {
    Whole,
    InPieces,
}

impl<In: DeserializeOwned, Out: Serialize> Peer<In, Out> {
    pub fn new(outbox: impl Outbox, limits: Limits) -> Self {
        Self::with_sizes(outbox, limits, Sizes::PROTOCOL)
    }

    fn with_sizes(outbox: impl Outbox, limits: Limits, sizes: Sizes) -> Self {
        Peer { shared: Arc::new(Shared::new(Box::new(outbox), limits, sizes)), targets: PhantomData }
    }

    /// Sends a message of the session itself.
    pub fn send(&self, message: &Message<Out>) -> Result<(), SendError> {
        self.shared.send(message)
    }

    /// Opens a call. `parent` is the other side's call that this one is made within; `deadline` is told to the other
    /// side, and kept by the caller.
    pub fn open(&self, target: Out, parent: Option<CallId>, deadline: Option<Duration>) -> Result<OpenCall, CallError> {
        self.open_with(target, parent, deadline, Credit::INITIAL)
    }

    /// [`Peer::open`] with a window of one's own.
    pub fn open_with(
        &self,
        target: Out,
        parent: Option<CallId>,
        deadline: Option<Duration>,
        credit: Credit,
    ) -> Result<OpenCall, CallError> {
        let call = outgoing::begin(&self.shared, credit)?;
        let deadline_ms = deadline.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let message = Message::Call { id: call.id(), parent, target, deadline_ms, credit };
        match self.shared.send(&message) {
            Ok(()) => Ok(call),
            Err(error) => {
                call.never_sent();
                Err(error.into())
            }
        }
    }

    /// Takes in one message. Never blocks, never fails: what can't be understood is answered, and the session goes on.
    pub fn receive(&self, bytes: &[u8]) -> Received<In> {
        if bytes.len() > crate::MAX_MESSAGE_BYTES {
            return self.reject(format!(
                "a message of {} bytes is longer than the limit of {}",
                bytes.len(),
                crate::MAX_MESSAGE_BYTES
            ));
        }
        self.take(bytes, Came::Whole)
    }

    fn take(&self, bytes: &[u8], came: Came) -> Received<In> {
        match decode::<In>(bytes) {
            Ok(message) => self.dispatch(message, bytes.len(), came),
            Err(error) => self.answer_unreadable(bytes, &error),
        }
    }

    fn dispatch(&self, message: Message<In>, bytes: usize, came: Came) -> Received<In> {
        match message {
            Message::Call { id, parent, target, deadline_ms, credit } => {
                match incoming::accept(&self.shared, id, parent, credit) {
                    Ok(responder) => Received::Call(Incoming { parent, target, deadline_ms, responder }),
                    Err(error) => {
                        self.fail(id, error);
                        Received::Handled
                    }
                }
            }
            Message::Item { id, value } => {
                outgoing::item(&self.shared, id, value, bytes as u64);
                Received::Handled
            }
            Message::End { id, value } => {
                outgoing::finish(&self.shared, id, CallEvent::End(value));
                Received::Handled
            }
            Message::Error { id, error } => {
                outgoing::finish(&self.shared, id, CallEvent::Error(error));
                Received::Handled
            }
            Message::Cancel { id, reason } => {
                incoming::cancel(&self.shared, id, &reason);
                Received::Handled
            }
            Message::Credit { id, more } => {
                incoming::credit(&self.shared, id, more);
                Received::Handled
            }
            session @ (Message::Hello(_)
            | Message::Initialize(_)
            | Message::PermissionsChanged { .. }
            | Message::Initialized(_)
            | Message::InitializeFailed { .. }
            | Message::Ping { .. }
            | Message::Pong { .. }
            | Message::Shutdown(_)
            | Message::Bye(_)
            | Message::Log(_)
            | Message::Rejected { .. }) => Received::Session(Box::new(session)),
            Message::Chunk { message, text, last } => {
                let joined = match came {
                    Came::Whole => self.shared.join(message, text, last),
                    Came::InPieces => Err(Breach::Nested),
                };
                match joined {
                    Ok(None) => Received::Handled,
                    Ok(Some(whole)) => self.take(whole.as_bytes(), Came::InPieces),
                    Err(breach) => Received::Violation(breach.to_string()),
                }
            }
        }
    }

    /// A call that can't be understood fails alone, be it one of theirs or, by its answer, one of ours; and whatever it
    /// was, its sender is told.
    fn answer_unreadable(&self, bytes: &[u8], error: &serde_json::Error) -> Received<In> {
        /// What can be read of a message that is nested too deeply, or wrong elsewhere.
        #[derive(serde::Deserialize)]
        struct Header {
            r#type: String,
            id: Option<CallId>,
        }
        let error = error.to_string();
        let error = shorten(&error);
        let Ok(header) = serde_json::from_slice::<Header>(bytes) else {
            return self.reject(format!("a message could not be understood: {error}"));
        };
        match (header.r#type.as_str(), header.id) {
            ("call", Some(id)) => {
                let message = format!("the call could not be understood: {error}");
                self.fail(id, CallError::new(ErrorKind::InvalidRequest, message.clone()));
                return Received::Rejected(message);
            }
            ("item" | "end" | "error", Some(id)) => {
                let message = format!("an answer could not be understood: {error}");
                outgoing::give_up(&self.shared, id, CallError::new(ErrorKind::Protocol, message));
            }
            _ => {}
        }
        self.reject(format!("a message of type `{}` could not be understood: {error}", shorten(&header.r#type)))
    }

    /// Cancels every call that the other side opened. They are still answered, by whoever serves them.
    pub fn cancel_incoming(&self, reason: &str) {
        incoming::cancel_all(&self.shared, reason);
    }

    /// Ends the session here: open calls fail with `reason`, incoming ones are cancelled. Nothing is sent.
    pub fn close(&self, reason: &str) {
        self.close_with(&CallError::new(ErrorKind::Unavailable, reason));
    }

    /// Ends the session here like [`Peer::close`]; open calls fail with this error.
    pub fn close_with(&self, error: &CallError) {
        self.shared.close(error);
    }

    // A send that fails means that the session is over: whoever closes it tells the open calls.
    fn fail(&self, id: CallId, error: CallError) {
        let _ = self.shared.send(&Message::<()>::Error { id, error });
    }

    fn reject(&self, reason: String) -> Received<In> {
        let _ = self.shared.send(&Message::<()>::Rejected { reason: reason.clone() });
        Received::Rejected(reason)
    }
}

/// As much of the other side's words as is kept or repeated.
fn shorten(text: &str) -> &str {
    text.get(..text.floor_char_boundary(1024)).unwrap_or_default()
}

/// Reads a message. Items are by far the most frequent, and are read without the detour that finds out which variant
/// a tag stands for.
fn decode<In: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<Message<In>> {
    weight::check(bytes).map_err(serde::de::Error::custom)?;
    match decode_item(bytes) {
        Some((id, value)) => Ok(Message::Item { id, value }),
        None => serde_json::from_slice(bytes),
    }
}

/// Nothing, if it is no item, or one that is written in another way than ours.
fn decode_item(bytes: &[u8]) -> Option<(CallId, Value)> {
    #[derive(serde::Deserialize)]
    struct Item {
        id: CallId,
        value: Value,
    }
    let item: Item = bytes.starts_with(br#"{"type":"item","#).then(|| serde_json::from_slice(bytes).ok())??;
    Some((item.id, item.value))
}
