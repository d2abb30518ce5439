//! The bounded way from the emitters to the recorder.

use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Record;

/// Room in the channel, in units of [`UNIT`]: 8 MiB.
const ROOM: usize = 8 * 1024;
/// What one unit of room holds, in bytes. A record takes at least one.
const UNIT: usize = 1024;

/// A record under way, with its weight in bytes.
pub(super) struct Parcel {
    pub record: Record,
    pub weight: usize,
    units: usize,
}

/// Room for one record.
pub(super) struct Permit<'a>(SemaphorePermit<'a>);

/// The emitters' end.
pub(super) struct Outbox {
    room: Arc<Semaphore>,
    /// `None` once the bus takes no more.
    sender: RwLock<Option<Sender<Parcel>>>,
}

/// The recorder's end. Dropping it closes the channel.
pub(super) struct Inbox {
    pub receiver: Receiver<Parcel>,
    room: Arc<Semaphore>,
}

/// Room is counted apart from the queue: emitters must be able to wait for it in async code, and the recorder to
/// wait for a record until a deadline without a runtime.
pub(super) fn channel() -> (Outbox, Inbox) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let room = Arc::new(Semaphore::new(ROOM));
    (Outbox { room: room.clone(), sender: RwLock::new(Some(sender)) }, Inbox { receiver, room })
}

impl Outbox {
    /// Waits for room. `None` if the recorder is gone.
    pub async fn acquire(&self, weight: usize) -> Option<Permit<'_>> {
        self.room.acquire_many(units(weight)).await.ok().map(Permit)
    }

    /// Takes room if there is some.
    pub fn try_acquire(&self, weight: usize) -> Option<Permit<'_>> {
        self.room.try_acquire_many(units(weight)).ok().map(Permit)
    }

    /// Hands a record on. Returns whether the recorder will get it.
    pub fn send(&self, record: Record, weight: usize, permit: Permit<'_>) -> bool {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = sender.as_ref() else { return false };
        let sent = sender.send(Parcel { record, weight, units: permit.0.num_permits() }).is_ok();
        if sent {
            permit.0.forget();
        }
        sent
    }

    /// Takes no more records; the recorder ends after those that were sent.
    pub fn close(&self) {
        self.sender.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Inbox {
    /// Gives a received record's room back.
    pub fn release(&self, parcel: &Parcel) {
        self.room.add_permits(parcel.units);
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        // Whoever waits for room would wait for ever.
        self.room.close();
    }
}

fn units(weight: usize) -> u32 {
    // Something larger than all the room must still get through, alone.
    u32::try_from(weight.div_ceil(UNIT).clamp(1, ROOM)).unwrap_or(u32::MAX)
}
