//! The streams of this process: those that go on, and those that ended not long ago.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::live::Live;
use super::lock;
use crate::event::{RunId, StreamId};

/// Ended runs whose recent events stay in memory, for those who look at what just happened.
const ENDED_IN_MEMORY: usize = 16;
/// Ended runs whose last number is remembered, to refuse what comes late.
const ENDED_REMEMBERED: usize = 65_536;

#[derive(Default)]
pub(super) struct Registry {
    streams: Mutex<Streams>,
}

#[derive(Default)]
struct Streams {
    live: HashMap<StreamId, Arc<Live>>,
    /// Of `live`, those that ended and are stored, the oldest first.
    ended: VecDeque<RunId>,
    /// The last numbers of those that are not in memory any more.
    gone: BTreeMap<RunId, u64>,
}

impl Registry {
    /// The stream, started if it is new. `Err` has the last number of a run that ended a while ago.
    pub fn open(&self, stream: StreamId) -> Result<Arc<Live>, u64> {
        let mut streams = lock(&self.streams);
        if let StreamId::Run(run) = stream
            && let Some(last) = streams.gone.get(&run)
        {
            return Err(*last);
        }
        Ok(streams.live.entry(stream).or_insert_with(|| Arc::new(Live::new())).clone())
    }

    /// The stream, if it is in memory.
    pub fn find(&self, stream: StreamId) -> Option<Arc<Live>> {
        lock(&self.streams).live.get(&stream).cloned()
    }

    /// The stream's last number; 0 if it never had an event here.
    pub fn last_seq(&self, stream: StreamId) -> u64 {
        match self.find(stream) {
            Some(live) => live.last_seq(),
            None => self.last_seq_of_gone(stream).unwrap_or(0),
        }
    }

    pub fn is_over(&self, stream: StreamId) -> bool {
        match self.find(stream) {
            Some(live) => live.is_over(),
            None => self.last_seq_of_gone(stream).is_some(),
        }
    }

    fn last_seq_of_gone(&self, stream: StreamId) -> Option<u64> {
        match stream {
            StreamId::Run(run) => lock(&self.streams).gone.get(&run).copied(),
            StreamId::Host => None,
        }
    }

    /// The recorder is done with the stream's events up to `seq`. A run that has ended with it leaves memory when
    /// enough others have ended after it.
    pub fn settle(&self, stream: StreamId, seq: u64) {
        let is_end = self.find(stream).is_some_and(|live| live.settle(seq));
        let (true, StreamId::Run(run)) = (is_end, stream) else { return };
        let mut streams = lock(&self.streams);
        streams.ended.push_back(run);
        while streams.ended.len() > ENDED_IN_MEMORY {
            let Some(oldest) = streams.ended.pop_front() else { return };
            if let Some(live) = streams.live.remove(&StreamId::Run(oldest)) {
                streams.gone.insert(oldest, live.last_seq());
            }
            if streams.gone.len() > ENDED_REMEMBERED {
                streams.gone.pop_first();
            }
        }
    }
}
