//! Agents.

use std::pin::Pin;

use futures_util::Stream;
use serde_json::Value;

use crate::{CallContext, PluginError};

/// The output of an agent: pieces of text as they come, or the error that ends it.
pub type AgentStream = Pin<Box<dyn Stream<Item = Result<String, PluginError>> + Send>>;

/// Something that works on a task and streams text.
///
/// One value serves every run, several at once; what a run needs of its own lives in its stream. Write the stream
/// with [`crate::try_stream!`]. When the run is cancelled the stream is dropped at its next `await` or `yield`;
/// long work between them should look at [`CallContext::is_cancelled`].
pub trait Agent: Send + Sync + 'static {
    /// The name by which workflows run it.
    fn name(&self) -> &str;

    /// What it is for, in a few words.
    fn role(&self) -> &str;

    /// What does the work: a program, a model.
    fn provider(&self) -> &str {
        "native code"
    }

    /// The longest that one run may take; the host's setting applies without it.
    fn timeout(&self) -> Option<std::time::Duration> {
        None
    }

    fn execute_task(&self, request: AgentRequest, context: CallContext) -> AgentStream;
}

/// What an agent is asked to do.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AgentRequest {
    #[serde(default)]
    pub task: String,
    /// Whatever the workflow hands along; an object, usually.
    #[serde(default)]
    pub context: Value,
}
