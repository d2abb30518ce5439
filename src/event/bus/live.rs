//! A stream of this process: its numbering, and its recent events in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::lock;
use crate::event::{Draft, Event, EventKind, SCHEMA_VERSION, Timestamp};

/// Recent events kept in memory per stream, as far as they are settled.
const RING_EVENTS: usize = 2048;
const RING_BYTES: usize = 2 * 1024 * 1024;

pub(super) struct Live {
    state: Mutex<State>,
    /// The last number; rings for the subscribers.
    bell: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    last_seq: u64,
    last_span: u64,
    last_time: Option<Timestamp>,
    /// Whether the run's last event has happened.
    over: bool,
    /// Up to here the recorder is done with the events: they are stored, or were given up. Only those may leave.
    settled: u64,
    /// The newest events with their weights, numbered without gaps up to `last_seq`.
    ring: VecDeque<(Arc<Event>, usize)>,
    ring_bytes: usize,
}

/// What memory has for a subscriber.
pub(super) enum Recent {
    Events(Vec<Arc<Event>>),
    /// The journal has them; memory starts at this number.
    StartsAt(u64),
    NothingYet,
    /// The run has ended before that number.
    Over,
}

impl Live {
    pub fn new() -> Self {
        Live { state: Mutex::new(State::default()), bell: watch::Sender::new(0) }
    }

    /// Numbers the event and, if `hand_on` accepts it, makes it visible. `Err` has the last number.
    pub fn append(&self, draft: Draft, weight: usize, hand_on: impl FnOnce(Arc<Event>) -> bool) -> Result<u64, u64> {
        let mut state = lock(&self.state);
        if state.over {
            return Err(state.last_seq);
        }
        let seq = state.last_seq + 1;
        // The clock may be set back; a stream's time does not run backwards.
        let time = state.last_time.map_or_else(Timestamp::now, |last| last.max(Timestamp::now()));
        let Draft { stream, span, parent, plugin, kind } = draft;
        let event = Arc::new(Event { v: SCHEMA_VERSION, stream, seq, time, span, parent, plugin, kind });
        if !hand_on(event.clone()) {
            return Err(state.last_seq);
        }
        state.last_seq = seq;
        state.last_time = Some(time);
        state.over = matches!(event.kind, EventKind::RunFinished { .. });
        state.ring.push_back((event, weight));
        state.ring_bytes += weight;
        state.evict();
        drop(state);
        self.bell.send_replace(seq);
        Ok(seq)
    }

    pub fn new_span(&self) -> u64 {
        let mut state = lock(&self.state);
        state.last_span += 1;
        state.last_span
    }

    pub fn last_seq(&self) -> u64 {
        lock(&self.state).last_seq
    }

    pub fn is_over(&self) -> bool {
        lock(&self.state).over
    }

    /// The recorder is done with the events up to `seq`. Returns whether that was the end of the run.
    pub fn settle(&self, seq: u64) -> bool {
        let mut state = lock(&self.state);
        state.settled = state.settled.max(seq);
        state.evict();
        state.over && state.settled == state.last_seq
    }

    /// At most `limit` events from the one numbered `from_seq`.
    pub fn recent(&self, from_seq: u64, limit: usize) -> Recent {
        let state = lock(&self.state);
        if from_seq > state.last_seq {
            return if state.over { Recent::Over } else { Recent::NothingYet };
        }
        let first = state.last_seq + 1 - state.ring.len() as u64;
        let Some(skip) = from_seq.checked_sub(first) else { return Recent::StartsAt(first) };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Recent::Events(state.ring.iter().skip(skip).take(limit).map(|(event, _)| event.clone()).collect())
    }

    /// Told of every new event.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }
}

impl State {
    fn evict(&mut self) {
        while self.ring.len() > RING_EVENTS || self.ring_bytes > RING_BYTES {
            if self.ring.front().is_none_or(|(event, _)| event.seq > self.settled) {
                return;
            }
            if let Some((_, weight)) = self.ring.pop_front() {
                self.ring_bytes -= weight;
            }
        }
    }
}
