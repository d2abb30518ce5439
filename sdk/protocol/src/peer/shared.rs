//! What all handles of one end have in common.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::incoming::IncomingState;
use super::outgoing::{CallEvent, OutgoingState};
use super::pieces::{Pieces, Room, Sizes};
use super::reassembly::{Breach, Reassembly};
use super::{Closed, Limits, Outbox, SendError};
use crate::error::CallError;
use crate::message::{CallId, Message};

pub(super) struct Shared {
    outbox: Box<dyn Outbox>,
    pub(super) limits: Limits,
    next_id: AtomicU64,
    pub(super) pieces: Pieces,
    reassembly: Mutex<Reassembly>,
    tables: Mutex<Tables>,
}

/// The open calls. Held only for a look-up or an insertion, never while something is sent or awaited.
#[derive(Default)]
pub(super) struct Tables {
    /// Opened here.
    pub(super) outgoing: HashMap<CallId, OutgoingState>,
    /// Opened by the other side.
    pub(super) incoming: HashMap<CallId, IncomingState>,
    /// Why the session is over, once it is.
    pub(super) closed: Option<String>,
}

impl Shared {
    pub(super) fn new(outbox: Box<dyn Outbox>, limits: Limits, sizes: Sizes) -> Self {
        Shared {
            outbox,
            limits,
            next_id: AtomicU64::new(1),
            pieces: Pieces::new(sizes),
            reassembly: Mutex::new(Reassembly::new(sizes)),
            tables: Mutex::default(),
        }
    }

    pub(super) fn next_id(&self) -> CallId {
        CallId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        // Nothing that holds the lock can panic half way through a change.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn nothing_unfinished(&self) -> bool {
        self.reassembly().is_empty()
    }

    fn reassembly(&self) -> MutexGuard<'_, Reassembly> {
        // As above.
        self.reassembly.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send<T: Serialize>(&self, message: &Message<T>) -> Result<(), SendError> {
        // Our own messages are plain data with string keys, which always encode.
        let bytes = serde_json::to_vec(message).map_err(|_| Closed)?;
        if !self.pieces.needed(bytes.len()) {
            return Ok(self.send_whole(bytes)?);
        }
        let room = self.pieces.try_room(bytes.len())?;
        self.send_in_pieces(&bytes, room)
    }

    /// Sends an encoded message that is not too long for it.
    pub(super) fn send_whole(&self, bytes: Vec<u8>) -> Result<(), Closed> {
        self.check_open()?;
        self.outbox.send(bytes)
    }

    pub(super) fn send_in_pieces(&self, bytes: &[u8], room: Room<'_>) -> Result<(), SendError> {
        self.check_open()?;
        self.pieces.send(&*self.outbox, bytes, room)
    }

    fn check_open(&self) -> Result<(), Closed> {
        if self.tables().closed.is_some() { Err(Closed) } else { Ok(()) }
    }

    /// Adds a piece of a long message of the other side's; the whole, if it was the last.
    pub(super) fn join(&self, message: u64, piece: String, last: bool) -> Result<Option<String>, Breach> {
        // After the end nobody would finish what begins.
        if self.check_open().is_err() {
            return Ok(None);
        }
        self.reassembly().add(message, piece, last)
    }

    pub(super) fn close(&self, error: &CallError) {
        let (outgoing, incoming) = {
            let mut tables = self.tables();
            if tables.closed.is_some() {
                return;
            }
            tables.closed = Some(error.message.clone());
            (std::mem::take(&mut tables.outgoing), std::mem::take(&mut tables.incoming))
        };
        self.reassembly().clear();
        for call in outgoing.into_values() {
            call.deliver(CallEvent::Error(error.clone()));
        }
        for call in incoming.into_values() {
            call.cancel(&error.message);
        }
    }
}
