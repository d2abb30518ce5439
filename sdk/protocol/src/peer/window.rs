//! Credit: the count that both sides keep, and the sender's waiting for it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::message::Credit;

/// What is left of a call's credit. Sender and receiver count alike, so that neither is surprised by the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Below zero while a single item is outstanding that is larger than the window: what it took too much is paid
    /// back with it, and the window is never wider than it was meant.
    items: i64,
    bytes: i64,
    outstanding: i64,
}

impl Room {
    pub(super) fn new(credit: Credit) -> Self {
        Room { items: i64::from(credit.items), bytes: signed(credit.bytes), outstanding: 0 }
    }

    /// Takes room for one item of `bytes`, if there is any. With nothing outstanding there always is, so that an
    /// item larger than the window passes alone.
    pub(super) fn try_take(&mut self, bytes: u64) -> bool {
        let bytes = signed(bytes);
        let fits = self.items > 0 && self.bytes >= bytes;
        if !fits && self.outstanding > 0 {
            return false;
        }
        self.items = self.items.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
        self.outstanding = self.outstanding.saturating_add(1);
        true
    }

    /// Items were taken. A receiver may give any amount; the counts stay within their types.
    pub(super) fn give(&mut self, more: Credit) {
        self.items = self.items.saturating_add(i64::from(more.items));
        self.bytes = self.bytes.saturating_add(signed(more.bytes));
        self.outstanding = self.outstanding.saturating_sub(i64::from(more.items)).max(0);
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// How much may still be sent for one call.
pub(super) struct Window {
    room: Mutex<Room>,
    changed: Notify,
}

impl Window {
    pub(super) fn new(credit: Credit) -> Self {
        Window { room: Mutex::new(Room::new(credit)), changed: Notify::new() }
    }

    /// [`Room::try_take`].
    pub(super) fn try_take(&self, bytes: u64) -> bool {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).try_take(bytes)
    }

    /// Waits for room for one item of `bytes`.
    pub(super) async fn take(&self, bytes: u64) {
        loop {
            let changed = self.changed.notified();
            if self.try_take(bytes) {
                return;
            }
            changed.await;
        }
    }

    /// [`Room::give`], and wakes who waits.
    pub(super) fn give(&self, more: Credit) {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).give(more);
        self.changed.notify_waiters();
    }
}
