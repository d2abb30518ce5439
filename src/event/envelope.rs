//! What stands around every event.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EventKind, PluginName, SpanId, StreamId, Timestamp};

/// The version of the event schema, in every event's `v`.
pub const SCHEMA_VERSION: u16 = 1;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    pub v: u16,
    pub stream: StreamId,
    /// Strictly rising within the stream, from 1, without gaps.
    pub seq: u64,
    pub time: Timestamp,
    /// The agent run, hook delivery or phase that this belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanId>,
    /// The span in which `span` happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<SpanId>,
    /// The plugin whose code, or whose permission, it is about; absent for the host's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginName>,
    #[serde(flatten)]
    pub kind: EventKind,
}

/// An event before the bus gives it its number and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub stream: StreamId,
    pub span: Option<SpanId>,
    pub parent: Option<SpanId>,
    pub plugin: Option<PluginName>,
    pub kind: EventKind,
}

impl Draft {
    pub fn new(stream: StreamId, kind: EventKind) -> Self {
        Draft { stream, span: None, parent: None, plugin: None, kind }
    }

    pub fn span(mut self, span: SpanId) -> Self {
        self.span = Some(span);
        self
    }

    pub fn parent(mut self, parent: Option<SpanId>) -> Self {
        self.parent = parent;
        self
    }

    pub fn plugin(mut self, plugin: Option<PluginName>) -> Self {
        self.plugin = plugin;
        self
    }
}
