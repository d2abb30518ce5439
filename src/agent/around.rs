//! What stands around every agent run: the hooks, which are the workflows' business.

use futures_util::future::BoxFuture;
use orchestrator_protocol::CallError;
use serde_json::Value;

use crate::event::SpanId;

/// Asked before an agent's code is called and after it ended well. `span` is the agent run's. What it does ends by
/// itself when the agent run is to stop.
pub trait Around: Send + Sync {
    fn before(&self, span: SpanId, request: Value) -> BoxFuture<'_, Before>;

    /// The text that the agent run comes to, of what its code said.
    fn after(&self, span: SpanId, text: String) -> BoxFuture<'_, Result<String, CallError>>;
}

/// What an agent run begins with.
#[derive(Debug)]
pub enum Before {
    /// The agent is called with this request.
    Run(Value),
    /// The agent is not called: this is its output.
    Supplied {
        output: String,
        /// Who gave it, in words.
        by: String,
    },
    /// The agent is not called, and fails.
    Refused(CallError),
}
