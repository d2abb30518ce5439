//! What this room needs from above.

use std::time::Instant;

use orchestrator_protocol::peer::Incoming;
use orchestrator_protocol::session::Log;
use orchestrator_protocol::target::HostTarget;

use crate::event::{PluginName, RunId, SpanId, StreamId};

/// Within what a call into a plugin happens. A plugin's own calls inherit it from the call they name as parent; they are
/// cancelled with that call.
#[derive(Debug, Clone)]
pub struct CallScope {
    /// The run, or the host's own stream for what happens outside any.
    pub stream: StreamId,
    /// The agent run or delivery, or nothing for the workflow itself.
    pub span: Option<SpanId>,
    pub deadline: Option<Instant>,
    /// How many hook deliveries it is made within.
    pub depth: u32,
}

impl CallScope {
    pub fn run(&self) -> Option<RunId> {
        match self.stream {
            StreamId::Run(run) => Some(run),
            StreamId::Host => None,
        }
    }
}

/// Where a plugin's calls and log lines go. Called on the thread that brings a plugin's
/// message, which may be the plugin's own, outside any runtime: must not block.
pub trait HostServices: Send + Sync + 'static {
    /// A plugin calls the host. `scope` is that of the parent call; absent outside any run.
    fn call(&self, plugin: &PluginName, scope: Option<CallScope>, call: Incoming<HostTarget>);

    /// A plugin logs, or a library printed (then nobody knows which: no plugin).
    fn log(&self, plugin: Option<&PluginName>, scope: Option<CallScope>, log: Log);
}
