//! Calls that the other side opened.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::SendError;
use super::shared::Shared;
use super::window::Window;
use crate::error::{CallError, ErrorKind};
use crate::message::{CallId, Credit, Message};

/// A call to answer.
pub struct Incoming<T> {
    /// The call of ours that it is made within.
    pub parent: Option<CallId>,
    pub target: T,
    /// Milliseconds until its opener will cancel it.
    pub deadline_ms: Option<u64>,
    pub responder: Responder,
}

impl<T: std::fmt::Debug> std::fmt::Debug for Incoming<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("id", &self.responder.id).field("target", &self.target).finish_non_exhaustive()
    }
}

/// The table's half of a call.
pub(super) struct IncomingState {
    parent: Option<CallId>,
    window: Arc<Window>,
    cancel: Cancellation,
}

impl IncomingState {
    pub(super) fn cancel(&self, reason: &str) {
        self.cancel.cancel(reason);
    }
}

#[derive(Clone, Default)]
struct Cancellation {
    token: CancellationToken,
    reason: Arc<OnceLock<String>>,
}

impl Cancellation {
    fn cancel(&self, reason: &str) {
        // The first reason counts.
        let _ = self.reason.set(reason.to_owned());
        self.token.cancel();
    }
}

/// Answers one call. Dropped without an end, it answers with an error, so that no caller waits for ever.
pub struct Responder {
    id: CallId,
    shared: Arc<Shared>,
    window: Arc<Window>,
    cancel: Cancellation,
    over: bool,
}

impl Responder {
    pub fn id(&self) -> CallId {
        self.id
    }

    /// Is set when the caller wants no more, its own caller neither, or the session is over.
    pub fn cancelled(&self) -> &CancellationToken {
        &self.cancel.token
    }

    /// Why, once it is cancelled.
    pub fn cancel_reason(&self) -> &str {
        self.cancel.reason.get().map_or("", String::as_str)
    }

    /// Sends an item, waiting for credit. An error that is not of the kind `invalid_request` means that nobody wants
    /// more: end the work. That one means that the item can't be sent, and the call goes on.
    pub async fn item<V: Serialize>(&self, value: &V) -> Result<(), CallError> {
        let bytes = encode_item(self.id, value)?;
        if self.shared.pieces.needed(bytes.len()) {
            return self.long_item(&bytes).await;
        }
        self.credit_for(bytes.len()).await?;
        self.shared.send_whole(bytes).map_err(|closed| SendError::from(closed).into())
    }

    async fn long_item(&self, bytes: &[u8]) -> Result<(), CallError> {
        self.shared.pieces.check(bytes.len())?;
        // Neither is held while the other is waited for: a stream that nobody reads must not stop the others.
        loop {
            self.credit_for(bytes.len()).await?;
            match self.shared.pieces.try_room(bytes.len()) {
                Ok(room) => return Ok(self.shared.send_in_pieces(bytes, room)?),
                Err(_) => {
                    self.window.give(Credit { items: 1, bytes: bytes.len() as u64 });
                    self.until_cancelled(self.shared.pieces.wait_for_room(bytes.len())).await?;
                }
            }
        }
    }

    async fn credit_for(&self, bytes: usize) -> Result<(), CallError> {
        let bytes = bytes as u64;
        // Most items find room at once, and need not wait for either.
        if !self.cancel.token.is_cancelled() && self.window.try_take(bytes) {
            return Ok(());
        }
        self.until_cancelled(self.window.take(bytes)).await
    }

    async fn until_cancelled<F: Future>(&self, future: F) -> Result<F::Output, CallError> {
        tokio::select! {
            biased;
            () = self.cancel.token.cancelled() => Err(CallError::new(ErrorKind::Cancelled, self.cancel_reason())),
            output = future => Ok(output),
        }
    }

    /// The call succeeded. With a value that is too long to be sent it fails instead.
    pub fn end(mut self, value: Value) {
        self.finish(&Message::End { id: self.id, value });
    }

    /// The call failed.
    pub fn error(mut self, error: CallError) {
        self.finish(&Message::Error { id: self.id, error });
    }

    fn finish(&mut self, message: &Message<()>) {
        self.over = true;
        // A call that is no longer in the table was ended by the session's end.
        if self.shared.tables().incoming.remove(&self.id).is_none() {
            return;
        }
        if let Err(error @ (SendError::TooLong { .. } | SendError::Busy)) = self.shared.send(message) {
            let _ = self.shared.send(&Message::<()>::Error { id: self.id, error: error.into() });
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if !self.over {
            let error = CallError::new(ErrorKind::Failed, "the call was dropped without an answer");
            self.finish(&Message::Error { id: self.id, error });
        }
    }
}

/// Writes [`Message::Item`] without a copy of the value in between.
fn encode_item<V: Serialize>(id: CallId, value: &V) -> Result<Vec<u8>, CallError> {
    #[derive(Serialize)]
    struct Item<'a, V> {
        r#type: &'static str,
        id: CallId,
        value: &'a V,
    }
    serde_json::to_vec(&Item { r#type: "item", id, value }).map_err(|error| {
        CallError::new(ErrorKind::InvalidRequest, format!("an item can't be written as JSON: {error}"))
    })
}

/// Enters a call of the other side's into the table.
pub(super) fn accept(
    shared: &Arc<Shared>,
    id: CallId,
    parent: Option<CallId>,
    credit: Credit,
) -> Result<Responder, CallError> {
    let window = Arc::new(Window::new(credit));
    let cancel = Cancellation::default();
    let mut tables = shared.tables();
    if tables.closed.is_some() {
        return Err(CallError::new(ErrorKind::Unavailable, "the session is over"));
    }
    if tables.incoming.contains_key(&id) {
        return Err(CallError::new(ErrorKind::Protocol, format!("the call id {id} is in use")));
    }
    if let Some(parent) = parent
        && !tables.outgoing.contains_key(&parent)
    {
        let message = format!("the call names call {parent} as its parent, which is not open");
        return Err(CallError::new(ErrorKind::InvalidRequest, message));
    }
    let siblings = tables.incoming.values().filter(|call| call.parent == parent).count();
    if tables.incoming.len() >= shared.limits.calls || siblings >= shared.limits.calls_per_parent {
        let message = format!("too many open calls; at most {} at once within one", shared.limits.calls_per_parent);
        return Err(CallError::new(ErrorKind::Unavailable, message));
    }
    let state = IncomingState { parent, window: window.clone(), cancel: cancel.clone() };
    tables.incoming.insert(id, state);
    drop(tables);
    Ok(Responder { id, shared: shared.clone(), window, cancel, over: false })
}

pub(super) fn cancel(shared: &Shared, id: CallId, reason: &str) {
    let cancel = shared.tables().incoming.get(&id).map(|call| call.cancel.clone());
    if let Some(cancel) = cancel {
        cancel.cancel(super::shorten(reason));
    }
}

pub(super) fn cancel_all(shared: &Shared, reason: &str) {
    let calls: Vec<Cancellation> = shared.tables().incoming.values().map(|call| call.cancel.clone()).collect();
    for call in calls {
        call.cancel(reason);
    }
}

/// Cancels what the other side called within our call `parent`.
pub(super) fn cancel_children(shared: &Shared, parent: CallId, reason: &str) {
    let children: Vec<Cancellation> = {
        let tables = shared.tables();
        tables.incoming.values().filter(|call| call.parent == Some(parent)).map(|call| call.cancel.clone()).collect()
    };
    for child in children {
        child.cancel(reason);
    }
}

pub(super) fn credit(shared: &Shared, id: CallId, more: Credit) {
    let window = shared.tables().incoming.get(&id).map(|call| call.window.clone());
    if let Some(window) = window {
        window.give(more);
    }
}
