//! What the trace panel lists.

use std::collections::VecDeque;

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::LogLevel;

use crate::event::{BodyRef, Decision, HookOutcome, PluginName, SpanId, Timestamp};

/// How many entries a trace keeps; older ones are counted, and the history has them all.
const TRACE_LIMIT: usize = 5_000;

/// One line of the trace.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceEntry {
    pub seq: u64,
    pub time: Timestamp,
    pub span: Option<SpanId>,
    /// The agent run or phase in which it happened.
    pub parent: Option<SpanId>,
    pub plugin: Option<PluginName>,
    pub kind: TraceKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TraceKind {
    Hook {
        hook: HookName,
        handler: String,
        order: u32,
        /// Absent while it runs.
        outcome: Option<HookOutcome>,
        reason: Option<String>,
        duration_us: Option<u64>,
        before: Option<BodyRef>,
        after: Option<BodyRef>,
    },
    Permission {
        permission: Permission,
        scope: Option<String>,
        decision: Decision,
        rule: String,
    },
    Log {
        level: LogLevel,
        message: String,
        /// Of the exception that it tells of.
        traceback: Option<String>,
    },
}

/// The newest entries, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TraceView {
    entries: VecDeque<TraceEntry>,
    dropped: u64,
}

impl TraceView {
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &TraceEntry> + ExactSizeIterator {
        self.entries.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many older entries are in the history alone.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub fn push(&mut self, entry: TraceEntry) {
        if self.entries.len() == TRACE_LIMIT {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
    }

    /// The delivery that `span` is, while it runs; what it asks for meanwhile bears the same span.
    pub fn running_hook_mut(&mut self, span: SpanId) -> Option<&mut TraceEntry> {
        let running = |entry: &&mut TraceEntry| {
            entry.span == Some(span) && matches!(entry.kind, TraceKind::Hook { outcome: None, .. })
        };
        self.entries.iter_mut().rev().find(running)
    }
}
