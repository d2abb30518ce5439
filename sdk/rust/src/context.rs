//! What a plugin can ask of the host.

use std::path::Path;

use orchestrator_protocol::session::LogLevel;
use orchestrator_protocol::target::{AgentOutcome, ExecOutcome, ExecRequest, ExecStream};

use crate::{AgentRequest, AgentStream, PluginError};

/// The plugin's place in the host; a clone is as good.
#[derive(Clone)]
pub struct PluginContext {}

impl PluginContext {
    /// The folder of the plugin's manifest, for reading.
    pub fn plugin_dir(&self) -> &Path {
        Path::new("")
    }

    /// A folder of its own that survives restarts.
    pub fn data_dir(&self) -> &Path {
        Path::new("")
    }

    /// The folder of the open project.
    pub fn project_dir(&self) -> &Path {
        Path::new("")
    }

    /// Says that the plugin works with less than it should, and why; shown as its state.
    pub fn degraded(&self, reason: impl Into<String>) {
        let _ = reason.into();
    }

    /// Writes a line to the plugin's log.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        let _ = (level, message.into());
    }
}

/// One call of the host's into the plugin: an agent's or a workflow's run. What is done through it carries the
/// run's permissions, deadline, cancellation and trace.
#[derive(Clone)]
pub struct CallContext {
    plugin: PluginContext,
}

impl CallContext {
    pub fn plugin(&self) -> &PluginContext {
        &self.plugin
    }

    /// Whether nobody wants the output any more.
    pub fn is_cancelled(&self) -> bool {
        false
    }

    /// Waits until nobody wants the output any more.
    pub async fn cancelled(&self) {}

    /// Runs any registered agent, the host's, this plugin's or another's, to its end. Its output streams to a pane
    /// of its own. Needs `execute_agent`.
    pub async fn run_agent(&self, name: &str, request: AgentRequest) -> Result<AgentOutcome, PluginError> {
        let _ = (name, request);
        Err(PluginError::new(""))
    }

    /// The same, with the output as it comes.
    pub fn run_agent_stream(&self, name: &str, request: AgentRequest) -> AgentStream {
        let _ = (name, request);
        Box::pin(futures_util::stream::empty())
    }

    /// Starts a program in the host's care: its whole process tree ends with this call. Needs `spawn`.
    pub async fn exec(&self, request: ExecRequest) -> Result<ExecRun, PluginError> {
        let _ = request;
        Err(PluginError::new(""))
    }

    /// Writes a line to the plugin's log and to the run.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        let _ = (level, message.into());
    }
}

/// A running program. Dropping it ends it.
pub struct ExecRun {}

impl ExecRun {
    /// The next piece: output, or how it ended, which is the last.
    pub async fn next(&mut self) -> Option<Result<ExecPiece, PluginError>> {
        None
    }
}

/// A piece of a program's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecPiece {
    Output { stream: ExecStream, text: String },
    Ended(ExecOutcome),
}
