//! The rooms above the runtime, as small as can be.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator::event::{PluginName, RunId, StreamId};
use orchestrator::runtime::native::{self, LoadSpec};
use orchestrator::runtime::{CallScope, HostServices, LiveCall, LivePlugin, LoadError};
use orchestrator_protocol::CallError;
use orchestrator_protocol::peer::{CallEvent, Incoming};
use orchestrator_protocol::session::{Declared, Initialize, Log};
use orchestrator_protocol::target::HostTarget;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

type Scoped<T> = (Option<CallScope>, T);

pub struct Services {
    calls: UnboundedSender<Scoped<Incoming<HostTarget>>>,
    logs: UnboundedSender<Scoped<Log>>,
}

impl HostServices for Services {
    fn call(&self, _: &PluginName, scope: Option<CallScope>, call: Incoming<HostTarget>) {
        // A test that does not listen lets the call drop, which answers it.
        let _ = self.calls.send((scope, call));
    }

    fn log(&self, _: Option<&PluginName>, scope: Option<CallScope>, log: Log) {
        let _ = self.logs.send((scope, log));
    }
}

pub struct Host {
    pub dir: TempDir,
    pub calls: UnboundedReceiver<Scoped<Incoming<HostTarget>>>,
    pub logs: UnboundedReceiver<Scoped<Log>>,
    pub services: Arc<Services>,
}

impl Host {
    pub fn new() -> Self {
        let (calls_sender, calls) = unbounded_channel();
        let (logs_sender, logs) = unbounded_channel();
        let dir = TempDir::new().expect("a temporary folder");
        Host { dir, calls, logs, services: Arc::new(Services { calls: calls_sender, logs: logs_sender }) }
    }

    pub async fn load(&self, what: (PathBuf, Value)) -> Result<Arc<LivePlugin>, LoadError> {
        self.load_within(what, Duration::from_secs(30)).await
    }

    pub async fn load_within(
        &self,
        (library, config): (PathBuf, Value),
        limit: Duration,
    ) -> Result<Arc<LivePlugin>, LoadError> {
        let dir = self.dir.path();
        let spec = LoadSpec {
            name: "tested".parse().expect("a name"),
            library,
            approved: None,
            libs_dir: dir.join("libs"),
            initialize: Initialize {
                name: "tested".into(),
                config: config.as_object().cloned().unwrap_or_default(),
                plugin_dir: dir.to_owned(),
                data_dir: dir.to_owned(),
                project_dir: dir.to_owned(),
                declared: Declared::default(),
                permissions: Vec::new(),
            },
        };
        native::load(spec, self.services.clone(), limit).await
    }
}

/// Where cargo puts the fixtures' libraries: beside this test.
pub fn library(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    test.with_file_name(format!("libfixture_{name}.so"))
}

pub fn echo() -> (PathBuf, Value) {
    (library("echo"), Value::Null)
}

pub fn hostile(config: Value) -> (PathBuf, Value) {
    (library("hostile"), config)
}

pub fn scope(run: u64) -> CallScope {
    CallScope { stream: StreamId::Run(RunId(run)), span: None, deadline: None, depth: 0 }
}

/// For a hook whose answer is wanted to the end.
pub fn wanted() -> CancellationToken {
    CancellationToken::new()
}

pub async fn collect(mut call: LiveCall) -> (Vec<Value>, Result<Value, CallError>) {
    let mut items = Vec::new();
    loop {
        match call.next().await {
            CallEvent::Item(item) => items.push(item),
            CallEvent::End(value) => return (items, Ok(value)),
            CallEvent::Error(error) => return (items, Err(error)),
        }
    }
}
