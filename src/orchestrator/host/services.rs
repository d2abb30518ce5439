//! What plugins call on the host, and where their log lines go.

use std::future::ready;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use orchestrator_protocol::peer::Incoming;
use orchestrator_protocol::session::{Log, LogLevel};
use orchestrator_protocol::target::HostTarget;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use super::beside::Beside;
use super::exec::Programs;
use super::log_fields;
use super::log_pace::LogPace;
use super::own_config::OwnConfigs;
use super::past_runs::PastRuns;
use super::refusals::{REFUSED, Refusals};
use crate::event::bus::Bus;
use crate::event::text::clean_within;
use crate::event::{Draft, EventKind, PluginName, StreamId};
use crate::runtime::{CallScope, HostServices};
use crate::workflow::{Begin, Begun, Engine, RunAgent};

/// The longest line of a log that is kept, in bytes; the rest is cut off and said so.
const LINE_LIMIT: usize = 8 * 1024;

/// Hands plugins' calls to the rooms that serve them, each on a task of its own.
pub(super) struct Services {
    pub(super) bus: Bus,
    pub(super) programs: Arc<Programs>,
    pub(super) engine: Arc<Engine>,
    pub(super) own_configs: Arc<OwnConfigs>,
    pub(super) past_runs: Arc<PastRuns>,
    /// The processes that runs have for themselves.
    pub(super) beside: Arc<Beside>,
    pub(super) refusals: Refusals,
    /// What each plugin may write to the log file.
    pub(super) pace: LogPace,
    /// Calls arrive on plugins' own threads, where no runtime is entered.
    pub(super) tasks: Handle,
    /// The calls under way; whoever closes it lets no more be begun and waits for them.
    pub(super) calls: TaskTracker,
}

impl HostServices for Services {
    fn call(&self, plugin: &PluginName, scope: Option<CallScope>, call: Incoming<HostTarget>) {
        let Some(scope) = scope else {
            let message =
                "the call was not made within a call of the host's; make it with the context that the host's call gave";
            return call.responder.error(CallError::new(ErrorKind::InvalidRequest, message));
        };
        if let Some(run) = scope.run()
            && !self.engine.is_live(run)
        {
            // What is decided for a run is recorded in it, and nothing comes after its last event.
            let message = format!("run {run} is over");
            return call.responder.error(CallError::new(ErrorKind::Unavailable, message));
        }
        let plugin = plugin.clone();
        match call.target {
            HostTarget::RunAgent { name, request, stream } => {
                let ask = RunAgent { name, request, stream };
                match scope.run() {
                    Some(_) => self.engine.serve_run_agent(&plugin, Some(scope), ask, call.responder),
                    None => {
                        let engine = self.engine.clone();
                        self.serve(engine.serve_agent_apart(plugin, scope, ask, call.responder));
                    }
                }
            }
            HostTarget::RunWorkflow(ask) => {
                let (engine, begin) = (self.engine.clone(), self.begin_within(&scope));
                self.serve(engine.serve_run_workflow(plugin, scope, ask, begin, call.responder));
            }
            HostTarget::ReadRuns(ask) => {
                let runs = self.past_runs.clone();
                self.serve(runs.serve(plugin, scope, ask, call.responder));
            }
            HostTarget::SetConfig { key, value } => {
                let configs = self.own_configs.clone();
                self.serve(async move { configs.serve(plugin, scope, key, value, call.responder).await });
            }
            HostTarget::Exec(request) => {
                let programs = self.programs.clone();
                self.serve(async move { programs.serve(plugin, scope, request, call.responder).await });
            }
        }
    }

    fn log(&self, plugin: Option<&PluginName>, scope: Option<CallScope>, log: Log) {
        let name = plugin.map_or("(printed)", PluginName::as_str);
        let message = self.bus.masked(clean_within(&log.message, LINE_LIMIT));
        let fields = log_fields::fit(log.fields);
        let stream = scope.as_ref().map_or(StreamId::Host, |scope| scope.stream);
        let message = match plugin {
            Some(plugin) if fields.contains_key(REFUSED) => {
                let _within = self.tasks.enter();
                self.refusals.note(plugin, stream, message, &fields)
            }
            Some(_) | None => message,
        };
        match fields.get("traceback").and_then(Value::as_str) {
            Some(traceback) => self.write_line(name, log.level, &self.bus.masked(format!("{message}\n{traceback}"))),
            None => self.write_line(name, log.level, &message),
        }
        let kind = EventKind::PluginLog { level: log.level, message, fields };
        let mut draft = Draft::new(stream, kind).plugin(plugin.cloned());
        draft.parent = scope.and_then(|scope| scope.span);
        // A log never waits; the bus counts what it has no room for, and tells.
        self.bus.try_emit(draft);
    }
}

impl Services {
    fn serve(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.calls.spawn_on(work, &self.tasks);
    }

    /// A run that is started within another may touch what that one may.
    fn begin_within(&self, scope: &CallScope) -> Option<Begin> {
        let (from, beside) = (scope.run()?, self.beside.clone());
        Some(Box::new(move |run| Begun { held: Box::new(beside.lend_on(from, run)), opening: ready(()).boxed() }))
    }

    /// Writes a line to the log file, unless the plugin floods it.
    fn write_line(&self, plugin: &str, level: LogLevel, message: &str) {
        let Some(left_out) = self.pace.admit(plugin, message.len(), Instant::now()) else { return };
        if left_out > 0 {
            tracing::warn!(plugin, "{left_out} lines before this one were left out here: they came too fast");
        }
        // What goes on must not look like a line of somebody else's.
        let line = message.replace('\n', "\n    ");
        match level {
            LogLevel::Debug => tracing::debug!(plugin, "{line}"),
            LogLevel::Info => tracing::info!(plugin, "{line}"),
            LogLevel::Warning => tracing::warn!(plugin, "{line}"),
            LogLevel::Error => tracing::error!(plugin, "{line}"),
        }
    }
}
