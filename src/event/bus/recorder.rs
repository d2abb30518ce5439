//! The recorder: gives the events to the journal, in batches.

use std::collections::BTreeMap;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use orchestrator_protocol::session::LogLevel;
use serde_json::Map;
use tokio::sync::watch;

use super::bodies::Bodies;
use super::outbox::{Inbox, Parcel};
use super::registry::Registry;
use super::{Inner, Journal, JournalError, Record};
use crate::event::{EventKind, StreamId};

/// The longest that an event waits for its commit while the journal works.
const COMMIT_AFTER: Duration = Duration::from_millis(50);
/// A batch of this size is committed at once.
const BATCH_RECORDS: usize = 1024;
const BATCH_BYTES: usize = 1024 * 1024;
/// How long after a failure the journal is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// What waits at most while the journal fails; beyond it, the oldest are given up.
const BACKLOG_BYTES: usize = 32 * 1024 * 1024;

pub(super) struct Recorder {
    inbox: Inbox,
    journal: Arc<dyn Journal>,
    registry: Arc<Registry>,
    bodies: Arc<Bodies>,
    /// Weak, since the bus ends when its last handle does.
    bus: Weak<Inner>,
    /// Dropped with the recorder; that is how others learn of its end.
    _alive: watch::Sender<()>,
    pending: Vec<Record>,
    /// The weights of `pending`, and their sum.
    weights: Vec<usize>,
    bytes: usize,
    /// When `pending` must be committed.
    due: Option<Instant>,
    /// Whether the last commit failed.
    failing: bool,
    /// Records given up since the journal began to fail.
    lost: u64,
}

impl Recorder {
    pub fn new(
        inbox: Inbox,
        journal: Arc<dyn Journal>,
        registry: Arc<Registry>,
        bodies: Arc<Bodies>,
        bus: Weak<Inner>,
        alive: watch::Sender<()>,
    ) -> Self {
        Recorder {
            inbox,
            journal,
            registry,
            bodies,
            bus,
            _alive: alive,
            pending: Vec::new(),
            weights: Vec::new(),
            bytes: 0,
            due: None,
            failing: false,
            lost: 0,
        }
    }

    /// Works until every sender is gone and everything is committed.
    pub fn run(mut self) {
        loop {
            let received = match self.due {
                None => self.inbox.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.inbox.receiver.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match received {
                Ok(parcel) => self.take(parcel),
                Err(RecvTimeoutError::Timeout) => self.commit(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let is_full = self.pending.len() >= BATCH_RECORDS || self.bytes >= BATCH_BYTES;
            // While events keep coming, waiting for one never times out.
            let is_due = self.due.is_some_and(|due| Instant::now() >= due);
            if is_due || (is_full && !self.failing) {
                self.commit();
            }
        }
        self.commit();
        if !self.pending.is_empty() {
            tracing::error!(records = self.pending.len(), "the last events could not be written to the history");
        }
    }

    fn take(&mut self, parcel: Parcel) {
        self.inbox.release(&parcel);
        self.bytes += parcel.weight;
        self.weights.push(parcel.weight);
        self.pending.push(parcel.record);
        self.due.get_or_insert_with(|| Instant::now() + COMMIT_AFTER);
        if self.bytes > BACKLOG_BYTES {
            self.give_up_oldest();
        }
    }

    fn commit(&mut self) {
        self.due = None;
        if !self.pending.is_empty() {
            match self.journal.append(&self.pending) {
                Ok(()) => self.committed(),
                Err(error) => self.failed(&error),
            }
        }
        if let Some(bus) = self.bus.upgrade() {
            bus.tell_drops();
        }
    }

    fn committed(&mut self) {
        self.bytes = 0;
        self.weights.clear();
        let records = std::mem::take(&mut self.pending);
        self.settle(&records);
        if std::mem::take(&mut self.failing) {
            let lost = std::mem::take(&mut self.lost);
            tracing::info!(lost, "the history can be written again");
            self.tell(LogLevel::Info, format!("the history can be written again; {lost} events are missing from it"));
        }
    }

    fn failed(&mut self, error: &JournalError) {
        self.due = Some(Instant::now() + RETRY_AFTER);
        if !std::mem::replace(&mut self.failing, true) {
            tracing::error!(%error, "the history can't be written");
            self.tell(LogLevel::Error, format!("the history can't be written, runs go on without it: {error}"));
        }
    }

    /// Half of the backlog goes, so that this is rare.
    fn give_up_oldest(&mut self) {
        let mut count = 0;
        let mut bytes = 0;
        while bytes < BACKLOG_BYTES / 2 && count < self.weights.len() {
            bytes += self.weights[count];
            count += 1;
        }
        self.bytes -= bytes;
        self.weights.drain(..count);
        let records: Vec<Record> = self.pending.drain(..count).collect();
        self.lost += records.len() as u64;
        self.settle(&records);
    }

    fn settle(&self, records: &[Record]) {
        // In the order of the runs, so that the oldest leave memory first.
        let mut last: BTreeMap<StreamId, u64> = BTreeMap::new();
        for record in records {
            match record {
                Record::Event(event) => {
                    last.insert(event.stream, event.seq);
                }
                Record::Body { hash, .. } => self.bodies.remove(hash),
            }
        }
        for (stream, seq) in last {
            self.registry.settle(stream, seq);
        }
    }

    fn tell(&self, level: LogLevel, message: String) {
        if let Some(bus) = self.bus.upgrade() {
            bus.tell(EventKind::PluginLog { level, message, fields: Map::new() });
        }
    }
}
