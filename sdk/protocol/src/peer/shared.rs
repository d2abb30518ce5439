//! What all handles of one end have in common.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::incoming::IncomingState;
use super::outgoing::{CallEvent, OutgoingState};
use super::{Closed, Limits, Outbox};
use crate::error::{CallError, ErrorKind};
use crate::message::{CallId, Message};

pub(super) struct Shared {
    outbox: Box<dyn Outbox>,
    pub(super) limits: Limits,
    next_id: AtomicU64,
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
    pub(super) fn new(outbox: Box<dyn Outbox>, limits: Limits) -> Self {
        Shared { outbox, limits, next_id: AtomicU64::new(1), tables: Mutex::default() }
    }

    pub(super) fn next_id(&self) -> CallId {
        CallId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        // Nothing that holds the lock can panic half way through a change.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send<T: Serialize>(&self, message: &Message<T>) -> Result<(), Closed> {
        // Our own messages are plain data with string keys, which always encode.
        let bytes = serde_json::to_vec(message).map_err(|_| Closed)?;
        self.send_encoded(bytes)
    }

    pub(super) fn send_encoded(&self, bytes: Vec<u8>) -> Result<(), Closed> {
        if self.tables().closed.is_some() {
            return Err(Closed);
        }
        self.outbox.send(bytes)
    }

    pub(super) fn close(&self, reason: &str) {
        let (outgoing, incoming) = {
            let mut tables = self.tables();
            if tables.closed.is_some() {
                return;
            }
            tables.closed = Some(reason.to_owned());
            (std::mem::take(&mut tables.outgoing), std::mem::take(&mut tables.incoming))
        };
        for call in outgoing.into_values() {
            call.deliver(CallEvent::Error(CallError::new(ErrorKind::Unavailable, reason)));
        }
        for call in incoming.into_values() {
            call.cancel(reason);
        }
    }
}
