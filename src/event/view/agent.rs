//! One agent run.

use crate::event::{AgentStatus, PluginName, SpanId, Timestamp};

/// One run of an agent: what a pane's frame shows.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentView {
    /// What tells two runs of the same agent apart.
    pub span: SpanId,
    pub parent: Option<SpanId>,
    pub agent: String,
    /// The plugin that provides it; absent for the host's own.
    pub plugin: Option<PluginName>,
    pub provider: String,
    pub started: Timestamp,
    /// When it last wrote something.
    pub last_output: Option<Timestamp>,
    /// Absent while it runs.
    pub status: Option<AgentStatus>,
    pub reason: Option<String>,
    pub duration_us: Option<u64>,
    /// Pieces and bytes of output so far.
    pub items: u64,
    pub bytes: u64,
}
