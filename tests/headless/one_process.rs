//! Several runs in one process, where one could hold up another. The facade is asked directly: a subcommand starts one
//! run only.

use std::process::Command as Process;
use std::sync::Arc;

use orchestrator::event::{Event, EventKind, RunId, RunStatus, StreamId};
use orchestrator::orchestrator::api::{Command, Done, Facade, Feed, StartRun};
use orchestrator::orchestrator::{HostOptions, LocalHost};

use crate::support::{Finished, PATIENCE, Project};

/// Set where the test is in a process of its own.
const INSIDE: &str = "ORCHESTRATOR_TEST_PROJECT";

/// A run that is followed.
struct Run {
    id: RunId,
    feed: Box<dyn Feed>,
}

impl Run {
    async fn start(host: &Arc<LocalHost>, command: Command) -> Self {
        let Done::RunStarted { run: id } = host.command(command).await.unwrap() else { panic!("no run was started") };
        Run { id, feed: host.subscribe(StreamId::Run(id), 1) }
    }

    async fn chorus(host: &Arc<LocalHost>) -> Self {
        let start = StartRun { workflow_type: "chorus".into(), requirements: "x".into(), ..StartRun::default() };
        Run::start(host, Command::StartRun(start)).await
    }

    /// Waits for the event of which `wanted` holds; what it returns is the answer.
    async fn until<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let found = async {
            while let Some(events) = self.feed.next().await {
                if let Some(found) = events.iter().find_map(|event| wanted(event)) {
                    return found;
                }
            }
            panic!("run #{} ended without {what}", self.id);
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{what} does not come"))
    }

    async fn hangs(&mut self) {
        let hostile = |event: &Event| event.plugin.as_ref().is_some_and(|plugin| plugin.as_str() == "hostile");
        let started = |event: &Event| matches!(event.kind, EventKind::HookStarted { .. }) && hostile(event);
        self.until("the hook that hangs", |event| started(event).then_some(())).await;
    }

    async fn ends(&mut self) -> RunStatus {
        self.until("its end", |event| match event.kind {
            EventKind::RunFinished { status, .. } => Some(status),
            _ => None,
        })
        .await
    }
}

#[test]
fn a_hung_hook_holds_up_no_other_run() {
    if let Some(project) = std::env::var_os(INSIDE) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        return runtime.block_on(inside(project.into()));
    }
    let project = Project::new();
    // Certainly not over before the test is.
    project.write("config/orchestrator.yaml", "hook_timeout: 1h\n");
    project.add_trusted("echo", "{}");
    project.add_trusted("hostile", r#"{"hook": "hang"}"#);
    // The state's folder is told by the environment, which can't be changed for one test among others.
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["--exact", "one_process::a_hung_hook_holds_up_no_other_run", "--nocapture"]);
    process.envs(project.environment()).env(INSIDE, project.dir());
    Finished::of(process, PATIENCE * 2).assert_exit(0).assert_out("1 passed");
}

/// More runs hang in the hook than the runtime has threads, and a run that needs no hook comes and goes.
async fn inside(project: std::path::PathBuf) {
    let host = LocalHost::open(HostOptions { project: Some(project), printed: None }).await.unwrap();
    host.load_plugins().await;
    let mut hanging = Vec::new();
    for _ in 0..3 {
        let mut run = Run::chorus(&host).await;
        run.hangs().await;
        hanging.push(run);
    }
    let echo = Command::StartAgent {
        agent: "echo".into(),
        task: "still here".into(),
        context: serde_json::Value::Null,
        grants: Vec::new(),
        timeout_ms: None,
    };
    assert_eq!(Run::start(&host, echo).await.ends().await, RunStatus::Completed);
    for run in &mut hanging {
        host.command(Command::CancelRun { run: run.id, by: "the test".into() }).await.unwrap();
        assert_eq!(run.ends().await, RunStatus::Cancelled);
    }
    host.close().await;
}
