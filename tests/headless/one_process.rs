//! Runs of one process, where one could hold up another.

use orchestrator::event::{Event, EventKind, RunStatus};
use orchestrator::orchestrator::api::{Command, Facade};
use serde_json::json;

use crate::in_process::{Host, Run, block_on, in_own_process, inside};
use crate::support::Project;

async fn hangs(run: &mut Run) {
    let hostile = |event: &Event| event.plugin.as_ref().is_some_and(|plugin| plugin.as_str() == "hostile");
    let started = |event: &Event| matches!(event.kind, EventKind::HookStarted { .. }) && hostile(event);
    run.until("the hook that hangs", |event| started(event).then_some(())).await;
}

#[test]
fn a_hung_hook_holds_up_no_other_run() {
    if let Some(project) = inside() {
        return block_on(three_hang(project));
    }
    for how in ["approve", "trust"] {
        let project = Project::new();
        // Certainly not over before the test is.
        project.write("config/orchestrator.yaml", "hook_timeout: 1h\n");
        project.add_allowed(how, "echo", "{}");
        project.add_allowed(how, "hostile", r#"{"hook": "hang"}"#);
        in_own_process(&project, "one_process::a_hung_hook_holds_up_no_other_run");
    }
}

/// More runs hang in the hook than the runtime has threads, and a run that needs no hook comes and goes.
async fn three_hang(project: std::path::PathBuf) {
    let host = Host::open(project).await;
    let mut hanging = Vec::new();
    for _ in 0..3 {
        let mut run = host.run("chorus", json!({})).await;
        hangs(&mut run).await;
        hanging.push(run);
    }
    assert_eq!(host.agent("echo", "still here").await.ends().await.0, RunStatus::Completed);
    for run in &mut hanging {
        host.host.command(Command::CancelRun { run: run.id, by: "the test".into() }).await.unwrap();
        assert_eq!(run.ends().await.0, RunStatus::Cancelled);
    }
    host.host.close().await;
}
