//! A journal in memory, for tests that need a bus but no database.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Journal, JournalError, Page, Record, lock};
use crate::event::{ContentHash, Event, EventKind, StreamId};

#[derive(Default)]
pub(crate) struct MemoryJournal {
    events: Mutex<BTreeMap<(StreamId, u64), Event>>,
    bodies: Mutex<BTreeMap<String, Vec<u8>>>,
    broken: AtomicBool,
}

impl MemoryJournal {
    /// While broken, every operation fails.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    pub fn stored(&self, stream: StreamId) -> Vec<Event> {
        lock(&self.events).range((stream, 0)..=(stream, u64::MAX)).map(|(_, event)| event.clone()).collect()
    }

    pub fn body(&self, hash: &ContentHash) -> Option<Vec<u8>> {
        lock(&self.bodies).get(hash.as_str()).cloned()
    }

    fn check(&self) -> Result<(), JournalError> {
        if self.broken.load(Ordering::SeqCst) { Err(JournalError::new("the disk is full")) } else { Ok(()) }
    }
}

impl Journal for MemoryJournal {
    fn append(&self, records: &[Record]) -> Result<(), JournalError> {
        self.check()?;
        for record in records {
            match record {
                Record::Event(event) => {
                    lock(&self.events).insert((event.stream, event.seq), Event::clone(event));
                }
                Record::Body { hash, bytes } => {
                    lock(&self.bodies).insert(hash.as_str().to_owned(), bytes.to_vec());
                }
            }
        }
        Ok(())
    }

    fn read(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Page, JournalError> {
        self.check()?;
        let all = self.stored(stream);
        let is_over = all.last().is_some_and(|event| matches!(event.kind, EventKind::RunFinished { .. }));
        let events: Vec<Event> = all.into_iter().filter(|event| event.seq >= from_seq).take(limit).collect();
        let is_last = is_over && events.len() < limit;
        Ok(Page { events, is_last })
    }
}
