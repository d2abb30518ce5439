//! Runs and their events as they are now: what the history has, and what is told already and stored a moment later.

use std::sync::Arc;

use super::summaries::run_summary;
use crate::event::bus::Bus;
use crate::event::{Event, EventKind, RunId, StreamId};
use crate::orchestrator::api::RunSummary;
use crate::store::{Store, StoreError};

/// Both are looked at in this order: what leaves memory meanwhile is in the history by then.
#[derive(Clone)]
pub(super) struct History {
    pub(super) bus: Bus,
    pub(super) store: Arc<Store>,
}

impl History {
    /// At most `limit` events from the one numbered `from_seq`. Blocks on the disk.
    pub fn events(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let recent = self.bus.recent(stream, from_seq.max(1), limit);
        let mut events = self.store.events(stream, from_seq, limit)?;
        let next = events.last().map_or(from_seq, |last| last.seq + 1);
        let left = limit.saturating_sub(events.len());
        events.extend(recent.iter().filter(|event| event.seq >= next).take(left).map(|event| (**event).clone()));
        Ok(events)
    }

    /// A run, if there is one of that number. Blocks on the disk.
    pub fn run(&self, run: RunId) -> Result<Option<RunSummary>, StoreError> {
        let stream = StreamId::Run(run);
        let last_seq = self.bus.last_seq(stream);
        let last = self.bus.recent(stream, last_seq.max(1), 1);
        let Some(row) = self.store.run(run)? else { return Ok(None) };
        let mut summary = run_summary(row);
        summary.last_seq = summary.last_seq.max(last_seq);
        if let Some(EventKind::RunFinished { status, reason, duration_us }) = last.first().map(|event| &event.kind) {
            summary.status = Some(*status);
            summary.reason = reason.clone();
            summary.duration_us = Some(*duration_us);
        }
        Ok(Some(summary))
    }
}
