//! The sender's side of credit.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::message::Credit;

/// How much may still be sent for one call.
pub(super) struct Window {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    items: u64,
    bytes: u64,
    outstanding: u64,
}

impl Window {
    pub(super) fn new(credit: Credit) -> Self {
        let state = State { items: u64::from(credit.items), bytes: credit.bytes, outstanding: 0 };
        Window { state: Mutex::new(state), changed: Notify::new() }
    }

    /// Takes room for one item of `bytes`, if there is any. With nothing outstanding there always is, so that an
    /// item larger than the window passes alone.
    pub(super) fn try_take(&self, bytes: u64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = state.items > 0 && state.bytes >= bytes;
        if !fits && state.outstanding > 0 {
            return false;
        }
        state.items = state.items.saturating_sub(1);
        state.bytes = state.bytes.saturating_sub(bytes);
        state.outstanding += 1;
        true
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

    /// The receiver's consumer took items.
    pub(super) fn give(&self, more: Credit) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.items = state.items.saturating_add(u64::from(more.items));
            state.bytes = state.bytes.saturating_add(more.bytes);
            state.outstanding = state.outstanding.saturating_sub(u64::from(more.items));
        }
        self.changed.notify_waiters();
    }
}
