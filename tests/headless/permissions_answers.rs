//! Answers to a plugin's requests, given to a host that goes on, and taken back by another process.

use std::path::Path;
use std::process::Command as Process;

use orchestrator::event::{PluginState, RunStatus};
use orchestrator::orchestrator::api::{
    Answer, Command, Facade, Lasting, PermissionAnswer, PermissionState, PermissionView, Query,
};
use orchestrator_protocol::permission::Permission;
use serde_json::json;

use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::Project;

fn echo() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

/// The program as somebody else starts it on the same project.
fn in_another_terminal(project: &Path, args: &[&str]) {
    let mut process = Process::new(env!("CARGO_BIN_EXE_orchestrator"));
    let done = process.arg("--project").arg(project).args(args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

async fn answer(host: &Host, permission: Permission, answer: PermissionAnswer) {
    let plugin = "echo".parse().unwrap();
    let command = Command::AnswerPermission { plugin, permission, scope: Vec::new(), answer };
    host.host.command(command).await.unwrap();
}

async fn view(host: &Host, permission: Permission) -> PermissionView {
    let Answer::Permissions(all) = host.host.query(Query::Permissions).await.unwrap() else { panic!() };
    let is_it = |view: &PermissionView| view.plugin.as_str() == "echo" && view.permission == permission;
    all.into_iter().find(is_it).unwrap()
}

#[test]
fn revoking_in_another_terminal_ends_the_runs_that_use_it_and_no_others() {
    if let Some(project) = inside() {
        return block_on(revoked_elsewhere(project));
    }
    in_own_process(
        &echo(),
        "permissions_answers::revoking_in_another_terminal_ends_the_runs_that_use_it_and_no_others",
    );
}

async fn revoked_elsewhere(project: std::path::PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.until_state("echo", PluginState::Active).await;
    let mut other = host.agent("slow", "for ever").await;
    other.says().await;
    let mut workflow = host.run("chorus", json!({"voice": "slow"})).await;
    workflow.says().await;

    let there = project.clone();
    let revoke = move || in_another_terminal(&there, &["permission", "revoke", "echo", "execute_agent"]);
    tokio::task::spawn_blocking(revoke).await.unwrap();
    let (status, reason) = workflow.ends().await;
    assert_ne!(status, RunStatus::Completed);
    assert!(reason.contains("echo lacks permission: execute_agent"), "{reason}");

    // It does not use what was revoked, and runs until somebody wants no more of it.
    other.says().await;
    host.host.command(Command::CancelRun { run: other.id, by: "the test".into() }).await.unwrap();
    assert_eq!(other.ends().await.0, RunStatus::Cancelled);
    assert_eq!(view(&host, Permission::ExecuteAgent).await.state, PermissionState::Requested);
    host.host.close().await;
}

#[test]
fn once_is_for_one_run_and_a_session_for_one_process() {
    if let Some(project) = inside() {
        return block_on(once_and_session(project));
    }
    let project = echo();
    project.run(["permission", "revoke", "echo", "write_workflow"]).assert_exit(0);
    in_own_process(&project, "permissions_answers::once_is_for_one_run_and_a_session_for_one_process");
    project.run(["run", "chorus", "x"]).assert_exit(3).assert_err("echo lacks permission: write_workflow");
}

async fn once_and_session(project: std::path::PathBuf) {
    let mut host = Host::open(project).await;
    host.until_state("echo", PluginState::Active).await;
    assert_eq!(host.run("chorus", json!({})).await.ends().await.0, RunStatus::Denied);
    answer(&host, Permission::WriteWorkflow, PermissionAnswer::Once).await;
    assert_eq!(view(&host, Permission::WriteWorkflow).await.lasting, Some(Lasting::Once));
    assert_eq!(host.run("chorus", json!({})).await.ends().await.0, RunStatus::Completed);
    assert_eq!(host.run("chorus", json!({})).await.ends().await.0, RunStatus::Denied);

    answer(&host, Permission::WriteWorkflow, PermissionAnswer::Session).await;
    for _ in 0..2 {
        assert_eq!(host.run("chorus", json!({})).await.ends().await.0, RunStatus::Completed);
    }
    answer(&host, Permission::WriteWorkflow, PermissionAnswer::Deny).await;
    assert_eq!(view(&host, Permission::WriteWorkflow).await.state, PermissionState::Denied);
    assert_eq!(host.run("chorus", json!({})).await.ends().await.0, RunStatus::Denied);
    answer(&host, Permission::WriteWorkflow, PermissionAnswer::Session).await;
    host.host.close().await;
}

#[test]
fn what_was_used_is_counted_over_processes_and_what_would_break_is_named() {
    let project = echo();
    for _ in 0..2 {
        project.run(["run", "chorus", "x"]).assert_exit(0);
    }
    let listed = project.run(["permission", "list", "echo", "--json"]).assert_exit(0).out;
    assert!(listed.contains("is not known before it has run"), "{listed}");
    // Which runs the plugin's code, so that what it contributes is known though its manifest names nothing.
    let shown = project.run(["plugin", "show", "echo", "--json"]).assert_exit(0).json();
    let of = |permission: &str| {
        let is_it = |view: &&serde_json::Value| view["permission"] == permission;
        shown["permissions"].as_array().unwrap().iter().find(is_it).unwrap().clone()
    };
    let agents = of("execute_agent");
    // Four agents in each run.
    assert_eq!(agents["used"], 8, "{agents}");
    assert!(agents["first_used"].as_str().unwrap() < agents["last_used"].as_str().unwrap(), "{agents}");
    assert_eq!(agents["breaks"], json!(["the workflow chorus can't run echo, upper"]));
    let write = of("write_workflow");
    assert_eq!(write["breaks"][0], "the workflow chorus can't be launched");
    assert_eq!(write["lasting"], "always");
}
