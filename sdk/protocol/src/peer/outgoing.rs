//! Calls that were opened here.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use super::shared::Shared;
use super::window::Room;
use crate::error::{CallError, ErrorKind};
use crate::message::{CallId, Credit, Message};

/// What comes back from a call: items, then exactly one of the others.
#[derive(Debug, Clone, PartialEq)]
pub enum CallEvent {
    Item(Value),
    End(Value),
    Error(CallError),
}

enum Queued {
    Item { value: Value, bytes: u64 },
    Last(CallEvent),
}

/// The table's half of a call.
pub(super) struct OutgoingState {
    // Unbounded as a type, bounded by the credit below: what exceeds it ends the call instead of being queued.
    queue: mpsc::UnboundedSender<Queued>,
    room: Room,
}

impl OutgoingState {
    pub(super) fn deliver(self, last: CallEvent) {
        // A consumer that is gone needs no end.
        let _ = self.queue.send(Queued::Last(last));
    }
}

/// A call in progress. Dropping it cancels it.
pub struct OpenCall {
    id: CallId,
    shared: Arc<Shared>,
    queue: mpsc::UnboundedReceiver<Queued>,
    initial: Credit,
    /// Taken by the consumer and not yet given back as credit.
    taken: Credit,
    over: bool,
}

impl OpenCall {
    pub fn id(&self) -> CallId {
        self.id
    }

    /// The next event; after the last one, an error. Safe to cancel: an event that was not returned comes with the
    /// next call.
    pub async fn next(&mut self) -> CallEvent {
        if self.over {
            return CallEvent::Error(CallError::new(ErrorKind::Unavailable, "the call is over"));
        }
        if self.queue.is_empty() {
            self.give_all_back();
        }
        match self.queue.recv().await {
            Some(Queued::Item { value, bytes }) => {
                self.give_back(bytes);
                CallEvent::Item(value)
            }
            Some(Queued::Last(event)) => {
                self.over = true;
                event
            }
            None => {
                self.over = true;
                CallEvent::Error(CallError::new(ErrorKind::Unavailable, "the session is over"))
            }
        }
    }

    /// Tells the other side that nobody wants more. It still answers with an end or an error.
    pub fn cancel(&self, reason: &str) {
        super::incoming::cancel_children(&self.shared, self.id, reason);
        let _ = self.shared.send(&Message::<()>::Cancel { id: self.id, reason: reason.to_owned() });
    }

    /// The other side has not heard of it, and needs no cancel.
    pub(super) fn never_sent(self) {
        self.shared.tables().outgoing.remove(&self.id);
    }

    /// Credit travels in halves of the window, so that a fast stream costs few messages.
    fn give_back(&mut self, bytes: u64) {
        self.taken.items = self.taken.items.saturating_add(1);
        self.taken.bytes = self.taken.bytes.saturating_add(bytes);
        if self.taken.items < self.initial.items.div_ceil(2) && self.taken.bytes < self.initial.bytes.div_ceil(2) {
            return;
        }
        self.give_all_back();
    }

    /// Also before waiting: the sender may be waiting too, with an item that needs the whole window.
    fn give_all_back(&mut self) {
        if self.taken.items == 0 {
            return;
        }
        let more = std::mem::replace(&mut self.taken, Credit { items: 0, bytes: 0 });
        if let Some(state) = self.shared.tables().outgoing.get_mut(&self.id) {
            state.room.give(more);
        }
        let _ = self.shared.send(&Message::<()>::Credit { id: self.id, more });
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        if self.shared.tables().outgoing.remove(&self.id).is_some() {
            self.cancel("the caller went away");
        }
    }
}

pub(super) fn begin(shared: &Arc<Shared>, credit: Credit) -> Result<OpenCall, CallError> {
    let id = shared.next_id();
    let (sender, queue) = mpsc::unbounded_channel();
    let state = OutgoingState { queue: sender, room: Room::new(credit) };
    {
        let mut tables = shared.tables();
        if let Some(reason) = &tables.closed {
            return Err(CallError::new(ErrorKind::Unavailable, reason.clone()));
        }
        tables.outgoing.insert(id, state);
    }
    Ok(OpenCall {
        id,
        shared: shared.clone(),
        queue,
        initial: credit,
        taken: Credit { items: 0, bytes: 0 },
        over: false,
    })
}

/// An item arrived. One that exceeds the credit ends the call: its sender can't be trusted to stop.
pub(super) fn item(shared: &Arc<Shared>, id: CallId, value: Value, bytes: u64) {
    let within = {
        let mut tables = shared.tables();
        // Items of a call that was dropped here are on their way until the other side has seen the cancel.
        let Some(state) = tables.outgoing.get_mut(&id) else { return };
        let within = state.room.try_take(bytes);
        if within {
            let _ = state.queue.send(Queued::Item { value, bytes });
        }
        within
    };
    if !within {
        give_up(shared, id, CallError::new(ErrorKind::Protocol, "more was sent than the credit allowed"));
    }
}

/// The other side's answer can't be used: the call fails here, and is cancelled there.
pub(super) fn give_up(shared: &Arc<Shared>, id: CallId, error: CallError) {
    let reason = error.message.clone();
    if finish(shared, id, CallEvent::Error(error)) {
        let _ = shared.send(&Message::<()>::Cancel { id, reason });
    }
}

/// The call is over. What was called within it is cancelled. False, if it was over before.
pub(super) fn finish(shared: &Arc<Shared>, id: CallId, last: CallEvent) -> bool {
    let state = shared.tables().outgoing.remove(&id);
    let Some(state) = state else { return false };
    state.deliver(last);
    super::incoming::cancel_children(shared, id, "the call that it was made within is over");
    true
}
