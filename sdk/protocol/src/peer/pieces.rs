//! Messages that go in pieces: how long they may be, and the sender's side of them.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Outbox, SendError};
use crate::message::Message;
use crate::{MAX_MESSAGE_BYTES, MAX_UNFINISHED, MAX_UNFINISHED_BYTES, MAX_VALUE_BYTES};

/// The lengths that decide what goes in pieces, in bytes. Only tests have others than the protocol's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// What is longer goes in pieces of at most this.
    pub(super) piece: usize,
    /// What is longer does not go at all.
    pub(super) value: usize,
    /// As much as a receiver keeps of unfinished messages.
    pub(super) unfinished: usize,
}

impl Sizes {
    pub(super) const PROTOCOL: Sizes =
        Sizes { piece: 4 * 1024 * 1024, value: MAX_VALUE_BYTES, unfinished: MAX_UNFINISHED_BYTES };
}

// Every unfinished message of ours is longer than a piece.
const _: () = assert!(Sizes::PROTOCOL.unfinished / Sizes::PROTOCOL.piece <= MAX_UNFINISHED);
// Quotes and backslashes, all that a message has to escape, become twice as long.
const _: () = assert!(2 * Sizes::PROTOCOL.piece + 1024 <= MAX_MESSAGE_BYTES);

/// Sends what is too long to go whole.
pub(super) struct Pieces {
    sizes: Sizes,
    next: AtomicU64,
    /// As many bytes as the other side keeps unfinished: senders on many threads stay below it together.
    room: Semaphore,
}

/// A long message's part of the room, held until all its pieces are sent.
pub(super) type Room<'a> = SemaphorePermit<'a>;

impl Pieces {
    pub(super) fn new(sizes: Sizes) -> Self {
        Pieces { sizes, next: AtomicU64::new(1), room: Semaphore::new(sizes.unfinished) }
    }

    /// Whether a message of so many bytes goes in pieces.
    pub(super) fn needed(&self, bytes: usize) -> bool {
        bytes > self.sizes.piece
    }

    /// Whether a message of so many bytes can be sent at all.
    pub(super) fn check(&self, bytes: usize) -> Result<(), SendError> {
        let limit = self.sizes.value;
        if bytes > limit { Err(SendError::TooLong { bytes, limit }) } else { Ok(()) }
    }

    /// Room for a message of `bytes`, if there is any now.
    pub(super) fn try_room(&self, bytes: usize) -> Result<Room<'_>, SendError> {
        self.check(bytes)?;
        self.room.try_acquire_many(self.permits(bytes)).map_err(|_| SendError::Busy)
    }

    /// Waits until there is room for a message of `bytes`, and leaves it there. Others hold theirs only while they send,
    /// which never waits.
    pub(super) async fn wait_for_room(&self, bytes: usize) {
        drop(self.room.acquire_many(self.permits(bytes)).await);
    }

    /// Never more than there are in all, which would be waited for in vain.
    fn permits(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.min(self.sizes.unfinished)).unwrap_or(u32::MAX)
    }

    /// Sends a message piece by piece.
    pub(super) fn send(&self, outbox: &dyn Outbox, message: &[u8], _room: Room<'_>) -> Result<(), SendError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut rest = std::str::from_utf8(message).expect("a message is JSON, which is UTF-8");
        while !rest.is_empty() {
            // A piece has at least one character, however small the limit.
            let end = rest.floor_char_boundary(self.sizes.piece).max(rest.ceil_char_boundary(1));
            let (piece, after) = rest.split_at(end);
            rest = after;
            let chunk = Message::<()>::Chunk { message: number, text: piece.to_owned(), last: rest.is_empty() };
            let encoded = serde_json::to_vec(&chunk).expect("plain data with string keys always encodes");
            outbox.send(encoded)?;
        }
        Ok(())
    }
}
