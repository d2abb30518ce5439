//! What the bus needs of whoever keeps the events.

use std::fmt;
use std::sync::Arc;

use crate::event::{ContentHash, Event, StreamId};

/// Where events are kept. Called from the recorder's thread and from blocking threads; may block.
pub trait Journal: Send + Sync + 'static {
    /// Keeps the records durably and in their order, all or none. A record that is kept already changes nothing.
    /// After an error the bus tries the same records again later.
    fn append(&self, records: &[Record]) -> Result<(), JournalError>;

    /// At most `limit` events of a stream, from the one numbered `from_seq`, in order.
    fn read(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Page, JournalError>;
}

/// Something to keep.
#[derive(Debug, Clone)]
pub enum Record {
    Event(Arc<Event>),
    Body { hash: ContentHash, bytes: Arc<[u8]> },
}

/// A range of a stream's kept events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub events: Vec<Event>,
    /// Whether the stream has ended and nothing comes after `events`.
    pub is_last: bool,
}

/// Why the journal could not do it: what, where, and what helps, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JournalError(String);

impl JournalError {
    pub fn new(words: impl fmt::Display) -> Self {
        JournalError(words.to_string())
    }
}
