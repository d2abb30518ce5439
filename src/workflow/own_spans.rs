//! Telling what happens within one span from all else in its stream.

use std::collections::BTreeSet;

use crate::event::{Event, SpanId};

/// How many spans are remembered. An older one is long over.
const MOST: usize = 65_536;

/// A span and, as the stream's events are looked at in their order, all spans within it.
pub(super) struct OwnSpans {
    root: SpanId,
    within: BTreeSet<SpanId>,
}

impl OwnSpans {
    pub fn new(root: SpanId) -> Self {
        OwnSpans { root, within: BTreeSet::new() }
    }

    /// Whether the event belongs to the span or to one within it. Events are to be looked at in order, none left out.
    pub fn look_at(&mut self, event: &Event) -> bool {
        let is_own = [event.span, event.parent].into_iter().flatten().any(|span| self.has(span));
        if let (true, Some(span)) = (is_own, event.span) {
            self.within.insert(span);
            // Spans are counted, so the first is the oldest.
            if self.within.len() > MOST {
                self.within.pop_first();
            }
        }
        is_own
    }

    fn has(&self, span: SpanId) -> bool {
        span == self.root || self.within.contains(&span)
    }
}
