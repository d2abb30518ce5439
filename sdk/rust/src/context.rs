//! What a plugin can ask of the host.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use orchestrator_protocol::CallId;
use orchestrator_protocol::peer::{CallEvent, OpenCall, Responder};
use orchestrator_protocol::session::{Initialize, Log, LogLevel};
use orchestrator_protocol::target::{AgentOutcome, ExecOutcome, ExecOutput, ExecRequest, ExecStream, HostTarget};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::permission::Grants;
use crate::session::{HostPeer, log};
use crate::{AgentRequest, AgentStream, PluginError};

/// The plugin's place in the host; a clone is as good.
#[derive(Clone)]
pub struct PluginContext {
    place: Arc<Place>,
}

struct Place {
    peer: HostPeer,
    grants: Arc<Grants>,
    name: String,
    plugin_dir: PathBuf,
    data_dir: PathBuf,
    project_dir: PathBuf,
    degraded: Mutex<Option<String>>,
}

impl PluginContext {
    pub(crate) fn new(peer: HostPeer, grants: Arc<Grants>, initialize: &Initialize) -> Self {
        let place = Place {
            peer,
            grants,
            name: initialize.name.clone(),
            plugin_dir: initialize.plugin_dir.clone(),
            data_dir: initialize.data_dir.clone(),
            project_dir: initialize.project_dir.clone(),
            degraded: Mutex::new(None),
        };
        PluginContext { place: Arc::new(place) }
    }

    /// The plugin's name, as its manifest gives it.
    pub fn name(&self) -> &str {
        &self.place.name
    }

    /// The folder of the plugin's manifest, for reading.
    pub fn plugin_dir(&self) -> &Path {
        &self.place.plugin_dir
    }

    /// A folder of its own that survives restarts.
    pub fn data_dir(&self) -> &Path {
        &self.place.data_dir
    }

    /// The folder of the open project.
    pub fn project_dir(&self) -> &Path {
        &self.place.project_dir
    }

    /// Says that the plugin works with less than it should, and why; shown as its state. Counts until `initialize`
    /// is over.
    pub fn degraded(&self, reason: impl Into<String>) {
        *self.place.degraded.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.into());
    }

    pub(crate) fn grants(&self) -> &Grants {
        &self.place.grants
    }

    pub(crate) fn degradation(&self) -> Option<String> {
        self.place.degraded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes a line to the plugin's log.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        log(&self.place.peer, Log { level, message: message.into(), fields: Map::new(), parent: None });
    }
}

/// One call of the host's into the plugin: an agent's or a workflow's run. What is done through it carries the
/// run's permissions, deadline, cancellation and trace.
#[derive(Clone)]
pub struct CallContext {
    plugin: PluginContext,
    id: CallId,
    cancel: CancellationToken,
}

impl CallContext {
    pub(crate) fn new(plugin: PluginContext, responder: &Responder) -> Self {
        CallContext { plugin, id: responder.id(), cancel: responder.cancelled().clone() }
    }

    pub fn plugin(&self) -> &PluginContext {
        &self.plugin
    }

    /// Whether nobody wants the output any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Waits until nobody wants the output any more.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// Runs any registered agent, the host's, this plugin's or another's, to its end. Its output streams to a pane
    /// of its own. Needs `execute_agent`.
    pub async fn run_agent(&self, name: &str, request: AgentRequest) -> Result<AgentOutcome, PluginError> {
        let mut call = self.open(run_agent(name, request, false)?)?;
        loop {
            match call.next().await {
                CallEvent::Item(_) => {}
                CallEvent::End(value) => return read("the agent's outcome", value),
                CallEvent::Error(error) => return Err(error.into()),
            }
        }
    }

    /// The same, with the output as it comes. It starts when the stream is first polled, and is cancelled when the
    /// stream is dropped.
    pub fn run_agent_stream(&self, name: &str, request: AgentRequest) -> AgentStream {
        let (context, name) = (self.clone(), name.to_owned());
        Box::pin(async_stream::try_stream! {
            let mut call = context.open(run_agent(&name, request, true)?)?;
            loop {
                match call.next().await {
                    CallEvent::Item(value) => yield read("an agent's output", value)?,
                    CallEvent::End(_) => break,
                    CallEvent::Error(error) => Err(PluginError::from(error))?,
                }
            }
        })
    }

    /// Starts a program in the host's care: its whole process tree ends with this call. Needs `spawn`. That it could
    /// not be started is the first thing that [`ExecRun::next`] says.
    pub async fn exec(&self, request: ExecRequest) -> Result<ExecRun, PluginError> {
        Ok(ExecRun { call: self.open(HostTarget::Exec(request))?, over: false })
    }

    /// Changes one value of the plugin's own config: `key` is a name in it, or a JSON pointer into it. It is checked and
    /// saved as the operator's changes are, and [`Plugin::config_changed`](crate::Plugin::config_changed) is called with
    /// it. `null` removes the value. Needs `modify_config`; `enabled` can't be changed.
    pub async fn set_config(&self, key: &str, value: Value) -> Result<(), PluginError> {
        let mut call = self.open(HostTarget::SetConfig { key: key.to_owned(), value })?;
        loop {
            match call.next().await {
                CallEvent::Item(_) => {}
                CallEvent::End(_) => return Ok(()),
                CallEvent::Error(error) => return Err(error.into()),
            }
        }
    }

    /// Writes a line to the plugin's log and to the run.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        let line = Log { level, message: message.into(), fields: Map::new(), parent: Some(self.id) };
        log(&self.plugin.place.peer, line);
    }

    pub(crate) fn open(&self, target: HostTarget) -> Result<OpenCall, PluginError> {
        Ok(self.plugin.place.peer.open(target, Some(self.id), None)?)
    }
}

/// A running program. Dropping it ends it.
pub struct ExecRun {
    call: OpenCall,
    over: bool,
}

impl ExecRun {
    /// The next piece: output, or how it ended, which is the last.
    pub async fn next(&mut self) -> Option<Result<ExecPiece, PluginError>> {
        if self.over {
            return None;
        }
        let piece = match self.call.next().await {
            CallEvent::Item(value) => {
                read("a program's output", value).map(|ExecOutput { stream, text }| ExecPiece::Output { stream, text })
            }
            CallEvent::End(value) => {
                self.over = true;
                read("a program's outcome", value).map(ExecPiece::Ended)
            }
            CallEvent::Error(error) => {
                self.over = true;
                Err(error.into())
            }
        };
        Some(piece)
    }
}

/// A piece of a program's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecPiece {
    Output { stream: ExecStream, text: String },
    Ended(ExecOutcome),
}

fn run_agent(name: &str, request: AgentRequest, stream: bool) -> Result<HostTarget, PluginError> {
    Ok(HostTarget::RunAgent { name: name.to_owned(), request: serde_json::to_value(request)?, stream })
}

pub(crate) fn read<T: DeserializeOwned>(what: &str, value: Value) -> Result<T, PluginError> {
    serde_json::from_value(value).map_err(|error| PluginError::new(format!("{what} could not be understood: {error}")))
}
