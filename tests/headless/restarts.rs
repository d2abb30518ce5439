//! A plugin's process that is killed: what it was doing has failed, nothing else has, and the plugin comes back.

use orchestrator::event::{PluginState, RunStatus};
use orchestrator::orchestrator::api::{Command, Facade, Place};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::Project;

/// Kills the plugin's process without a warning.
async fn kill(host: &Host, plugin: &str) {
    let process = host.plugin(plugin).await.process.expect("it has no process");
    kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

fn echo() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

#[test]
fn a_killed_plugin_fails_its_runs_leaves_the_others_and_comes_back() {
    if let Some(project) = inside() {
        return block_on(killed_in_a_run(project));
    }
    let project = echo();
    // Says something and then waits for a line.
    let pipe = project.dir().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!("echo waiting; cat {}", pipe.display());
    let agents = json!({"agents": [{"name": "waits", "command": "sh", "args": ["-c", script]}]}).to_string();
    project.write("config/plugins/command_agents.json", &agents);
    project.run(["plugin", "approve", "command_agents"]).assert_exit(0);
    in_own_process(&project, "restarts::a_killed_plugin_fails_its_runs_leaves_the_others_and_comes_back");
}

async fn killed_in_a_run(project: std::path::PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.until_state("echo", PluginState::Active).await;
    let mut other = host.agent("waits", "x").await;
    other.says().await;
    let mut workflow = host.run("chorus", json!({"voice": "slow"})).await;
    workflow.says().await;
    let mut agent = host.agent("slow", "for ever").await;
    agent.says().await;

    kill(&host, "echo").await;
    for run in [&mut workflow, &mut agent] {
        let (status, reason) = run.ends().await;
        assert_eq!(status, RunStatus::Failed);
        assert!(reason.contains("SIGKILL"), "{reason}");
    }
    let (reason, remedy) = host.until_state("echo", PluginState::Crashed).await;
    assert!(reason.contains("SIGKILL") && remedy.contains("started again"), "{reason}\n{remedy}");
    host.until_state("echo", PluginState::Active).await;
    let mut again = host.run("chorus", json!({})).await;
    assert_eq!(again.ends().await.0, RunStatus::Completed);

    std::fs::write(project.join("pipe"), "done\n").unwrap();
    assert_eq!(other.ends().await.0, RunStatus::Completed);
    host.host.close().await;
}

#[test]
fn a_plugin_that_ends_too_often_is_left_alone_until_somebody_reloads_it() {
    if let Some(project) = inside() {
        return block_on(killed_four_times(project));
    }
    in_own_process(&echo(), "restarts::a_plugin_that_ends_too_often_is_left_alone_until_somebody_reloads_it");
}

async fn killed_four_times(project: std::path::PathBuf) {
    let mut host = Host::open(project).await;
    host.until_state("echo", PluginState::Active).await;
    for wait in ["at once", "in 2 seconds", "in 8 seconds"] {
        kill(&host, "echo").await;
        let (_, remedy) = host.until_state("echo", PluginState::Crashed).await;
        assert!(remedy.contains(wait), "{remedy}");
        host.until_state("echo", PluginState::Active).await;
    }
    kill(&host, "echo").await;
    let (reason, remedy) = host.until_state("echo", PluginState::Quarantined).await;
    assert!(reason.contains("4 times within 5 minutes") && reason.contains("SIGKILL"), "{reason}");
    assert!(remedy.contains("reload"), "{remedy}");
    let left = host.plugin("echo").await;
    assert_eq!((left.place, left.agents), (Place::Nowhere, 0));

    let plugin = "echo".parse().unwrap();
    host.host.command(Command::ReloadPlugin { plugin }).await.unwrap();
    assert_eq!(host.agent("echo", "back").await.ends().await.0, RunStatus::Completed);
    // What was before is forgotten.
    host.until_state("echo", PluginState::Active).await;
    kill(&host, "echo").await;
    assert!(host.until_state("echo", PluginState::Crashed).await.1.contains("at once"));
    host.host.close().await;
}

#[test]
fn whoever_reloads_does_not_wait_for_the_restart() {
    if let Some(project) = inside() {
        return block_on(reloaded_in_between(project));
    }
    in_own_process(&echo(), "restarts::whoever_reloads_does_not_wait_for_the_restart");
}

async fn reloaded_in_between(project: std::path::PathBuf) {
    let mut host = Host::open(project).await;
    host.until_state("echo", PluginState::Active).await;
    kill(&host, "echo").await;
    host.until_state("echo", PluginState::Crashed).await;
    host.until_state("echo", PluginState::Active).await;
    kill(&host, "echo").await;
    host.until_state("echo", PluginState::Crashed).await;
    let plugin = "echo".parse().unwrap();
    host.host.command(Command::ReloadPlugin { plugin }).await.unwrap();
    let process = host.plugin("echo").await.process;
    assert!(process.is_some());
    assert_eq!(host.agent("slow", "150").await.ends().await.0, RunStatus::Completed);
    assert_eq!(host.plugin("echo").await.process, process, "it was started a second time");
    host.host.close().await;
}

#[test]
fn a_changed_plugin_does_not_come_back() {
    if let Some(project) = inside() {
        return block_on(changed_while_it_ran(project));
    }
    in_own_process(&echo(), "restarts::a_changed_plugin_does_not_come_back");
}

async fn changed_while_it_ran(project: std::path::PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.until_state("echo", PluginState::Active).await;
    let library = project.join("plugins/echo/libfixture_echo.so");
    let mut bytes = std::fs::read(&library).unwrap();
    bytes.push(0);
    std::fs::write(&library, bytes).unwrap();
    kill(&host, "echo").await;
    host.until_state("echo", PluginState::Crashed).await;
    let (reason, remedy) = host.until_state("echo", PluginState::NeedsApproval).await;
    assert!(reason.contains("changed") && remedy.contains("approve"), "{reason}\n{remedy}");
    host.host.close().await;
}

#[test]
fn a_handler_that_hangs_in_a_child_costs_its_process_and_the_plugin_comes_back() {
    if let Some(project) = inside() {
        return block_on(hung_in_a_hook(project));
    }
    let project = echo();
    project.write("config/orchestrator.yaml", "hook_timeout: 1s\n");
    project.add_approved("hostile", r#"{"hook": "hang"}"#);
    in_own_process(&project, "restarts::a_handler_that_hangs_in_a_child_costs_its_process_and_the_plugin_comes_back");
}

async fn hung_in_a_hook(project: std::path::PathBuf) {
    let mut host = Host::open(project).await;
    host.until_state("hostile", PluginState::Active).await;
    let mut run = host.run("chorus", json!({})).await;
    let (status, reason) = run.ends().await;
    assert_eq!(status, RunStatus::Completed);
    assert!(reason.contains("did not return within 1s"), "{reason}");
    let (reason, _) = host.until_state("hostile", PluginState::Crashed).await;
    assert!(reason.contains("`misbehave` hangs"), "{reason}");
    host.until_state("hostile", PluginState::Active).await;
    assert_eq!(host.agent("prints", "x").await.ends().await.0, RunStatus::Completed);
    host.host.close().await;
}
