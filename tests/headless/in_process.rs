//! Several runs in one process, asked through the facade: a subcommand starts one run only.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Command as Process;
use std::sync::Arc;

use orchestrator::event::{Event, EventKind, HookOutcome, PluginName, PluginState, RunId, RunStatus, StreamId};
use orchestrator::orchestrator::api::{Answer, Command, Done, Facade, Feed, PluginSummary, Query, StartRun};
use orchestrator::orchestrator::{HostOptions, LocalHost};
use serde_json::Value;

use crate::support::{Finished, PATIENCE, Project};

/// Set where a test is in a process of its own.
const INSIDE: &str = "ORCHESTRATOR_TEST_PROJECT";

/// The project's folder, in the process that [`in_own_process`] has started.
pub fn inside() -> Option<PathBuf> {
    std::env::var_os(INSIDE).map(PathBuf::from)
}

/// Runs the test again, by its name, in a process of its own: the state's folder is told by the environment, which
/// can't be changed for one test among others.
#[track_caller]
pub fn in_own_process(project: &Project, test: &str) {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["--exact", test, "--nocapture"]);
    process.envs(project.environment()).env(INSIDE, project.dir());
    Finished::of(process, PATIENCE * 2).assert_exit(0).assert_out("1 passed");
}

/// Does it on a runtime with two threads.
pub fn block_on(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(work);
}

/// A host with all its plugins loaded, and what it tells outside of runs.
pub struct Host {
    pub host: Arc<LocalHost>,
    feed: Box<dyn Feed>,
    told: Vec<Arc<Event>>,
}

impl Host {
    pub async fn open(project: PathBuf) -> Self {
        let opened = Self::open_as(project, false).await;
        opened.host.load_plugins().await;
        opened
    }

    /// One that runs no plugin's code.
    pub async fn look_at(project: PathBuf) -> Self {
        let opened = Self::open_as(project, true).await;
        opened.host.look_at_plugins().await;
        opened
    }

    async fn open_as(project: PathBuf, look_only: bool) -> Self {
        let executable = Some(env!("CARGO_BIN_EXE_orchestrator").into());
        let options = HostOptions { project: Some(project), executable, look_only, ..HostOptions::default() };
        let host = LocalHost::open(options).await.unwrap();
        let feed = host.subscribe(StreamId::Host, 1);
        Host { host, feed, told: Vec::new() }
    }

    /// Waits until the plugin is in `state`, from where the last wait has ended; tells the reason and the remedy.
    pub async fn until_state(&mut self, plugin: &str, state: PluginState) -> (String, String) {
        let found = async {
            loop {
                while !self.told.is_empty() {
                    let event = self.told.remove(0);
                    match &event.kind {
                        EventKind::PluginState { state: now, reason, remedy }
                            if *now == state && event.plugin.as_ref().is_some_and(|name| name.as_str() == plugin) =>
                        {
                            return (reason.clone().unwrap_or_default(), remedy.clone().unwrap_or_default());
                        }
                        _ => {}
                    }
                }
                self.told = self.feed.next().await.expect("the host is gone");
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("{plugin} does not become {}", state.as_str()))
    }

    /// Waits until a hook was delivered, from where the last wait has ended; tells how.
    pub async fn until_hook(&mut self) -> HookOutcome {
        let found = async {
            loop {
                while !self.told.is_empty() {
                    if let EventKind::HookFinished { outcome, .. } = self.told.remove(0).kind {
                        return outcome;
                    }
                }
                self.told = self.feed.next().await.expect("the host is gone");
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("no hook is delivered")
    }

    pub async fn plugin(&self, name: &str) -> PluginSummary {
        let plugin: PluginName = name.parse().unwrap();
        let Answer::Plugin(detail) = self.host.query(Query::Plugin { plugin }).await.unwrap() else { panic!() };
        detail.summary
    }

    pub async fn run(&self, workflow: &str, config: Value) -> Run {
        let start = StartRun {
            workflow_type: workflow.to_owned(),
            requirements: "x".into(),
            config: config.as_object().cloned().unwrap(),
            ..StartRun::default()
        };
        Run::start(&self.host, Command::StartRun(start)).await
    }

    pub async fn agent(&self, agent: &str, task: &str) -> Run {
        let command = Command::StartAgent {
            agent: agent.to_owned(),
            task: task.to_owned(),
            context: Value::Null,
            more: Box::default(),
            grants: Vec::new(),
            timeout_ms: None,
            install: false,
        };
        Run::start(&self.host, command).await
    }
}

/// A run that is followed.
pub struct Run {
    pub id: RunId,
    feed: Box<dyn Feed>,
    /// What was told at once with the last event that was waited for.
    told: VecDeque<Arc<Event>>,
}

impl Run {
    async fn start(host: &Arc<LocalHost>, command: Command) -> Self {
        let Done::RunStarted { run: id } = host.command(command).await.unwrap() else { panic!("no run was started") };
        Run { id, feed: host.subscribe(StreamId::Run(id), 1), told: VecDeque::new() }
    }

    /// Waits for the event of which `wanted` holds, from where the last wait has ended; what it returns is the answer.
    pub async fn until<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let found = async {
            loop {
                while let Some(event) = self.told.pop_front() {
                    if let Some(found) = wanted(&event) {
                        return found;
                    }
                }
                let events = self.feed.next().await;
                self.told.extend(events.unwrap_or_else(|| panic!("run #{} ended without {what}", self.id)));
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{what} does not come"))
    }

    /// Waits until some agent has said something.
    pub async fn says(&mut self) {
        let said = |event: &Event| matches!(event.kind, EventKind::AgentOutput { .. }).then_some(());
        self.until("output", said).await;
    }

    /// Waits for the end: how, and why.
    pub async fn ends(&mut self) -> (RunStatus, String) {
        self.until("its end", |event| match &event.kind {
            EventKind::RunFinished { status, reason, .. } => Some((*status, reason.clone().unwrap_or_default())),
            _ => None,
        })
        .await
    }
}
