//! What the kernel holds and is granted while a plugin runs: a second process takes the place of the first.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use orchestrator::event::{Event, EventKind, PluginState, RunStatus};
use orchestrator::orchestrator::api::{Answer, Command, Facade, PermissionAnswer, Query};
use serde_json::{Value, json};

use crate::in_process::{Host, Run, block_on, in_own_process, inside};
use crate::python::{add_with, project};
use crate::support::{Finished, PATIENCE, Project, Watched, of_type};

const MANIFEST: &str = "\
version: 1.0.0
description: Looks outside of its folder
permissions: [write_workflow, execute_agent, {name: read_files, scope: [outside.txt]}]
";

const PEEKER: &str = "
import os
from pathlib import Path
from plugins.permissions import PluginPermission, PluginPermissionManager

manager = PluginPermissionManager()
outside = Path(__file__).parent.parent.parent / 'outside.txt'

def peek():
    try:
        return outside.read_text()
    except PermissionError:
        return 'refused'

class Peeks(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {'type': 'final_result', 'status': 'completed', 'results': {'read': peek()}}

class Waits(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {'type': 'phase_start', 'phase': 'under way'}
        while manager.check_permission('peeker', PluginPermission.EXECUTE_AGENT):
            await asyncio.sleep(0.01)
        yield {'type': 'final_result', 'status': 'completed', 'results': {'read': peek()}}

class Peeker(BasePlugin):
    async def initialize(self):
        STARTING

    def get_workflows(self):
        return {'peeks': Peeks, 'waits': Waits}
";

/// A project whose plugin waits for being allowed to read a file. `starting` is what it does when it starts.
fn peeker(starting: &str) -> Option<Project> {
    let project = project()?;
    project.write("outside.txt", "seen");
    add_with(&project, "peeker", MANIFEST, &PEEKER.replace("STARTING", starting));
    project.run(["permission", "revoke", "peeker", "read_files"]).assert_exit(0);
    Some(project)
}

/// Has another process grant it.
fn grant(project: &Path, how: &str) -> Finished {
    let mut process = Process::new(env!("CARGO_BIN_EXE_orchestrator"));
    process.args(["permission", "grant", "peeker", "read_files", how]).current_dir(project);
    Finished::of(process, PATIENCE).assert_exit(0)
}

async fn read_by(run: &mut Run) -> Value {
    let result = |event: &Event| match &event.kind {
        EventKind::FinalResult { results, .. } => Some(results["read"].clone()),
        _ => None,
    };
    let read = run.until("its result", result).await;
    assert_eq!(run.ends().await.0, RunStatus::Completed);
    read
}

async fn peek(host: &Host) -> Value {
    read_by(&mut host.run("peeks", json!({})).await).await
}

async fn process(host: &Host) -> u32 {
    host.plugin("peeker").await.process.expect("it has no process")
}

#[test]
fn a_grant_from_another_process_reaches_a_running_plugin_and_calls_under_way_end_well() {
    if let Some(project) = inside() {
        return block_on(widened(project));
    }
    let Some(project) = peeker("pass") else { return };
    let test = "a_grant_from_another_process_reaches_a_running_plugin_and_calls_under_way_end_well";
    in_own_process(&project, &format!("permissions_widened::{test}"));
}

async fn widened(project: PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.host.listen("a test").await;
    host.until_state("peeker", PluginState::Active).await;
    assert_eq!(peek(&host).await, "refused");
    assert_not_once(&host).await;
    let old = process(&host).await;
    let watched = Watched::new(old);
    let mut under_way = host.run("waits", json!({})).await;
    let begun = |event: &Event| matches!(event.kind, EventKind::PhaseStart { .. }).then_some(());
    under_way.until("its begin", begun).await;

    grant(&project, "--session").assert_out("in effect in a test").assert_out("calls under way end in the old one");
    host.until_state("peeker", PluginState::Active).await;
    assert_eq!(peek(&host).await, "seen");
    let new = process(&host).await;
    assert_ne!(new, old);

    // What it waits for.
    let (plugin, permission) = ("peeker".parse().unwrap(), "execute_agent".parse().unwrap());
    host.host.command(Command::RevokePermission { plugin, permission }).await.unwrap();
    assert_eq!(read_by(&mut under_way).await, "refused", "it was not in the old process any more");
    assert!(watched.ends_within(PATIENCE), "the old process goes on with nothing to do");

    // The same once more changes nothing.
    grant(&project, "--always");
    assert_eq!(peek(&host).await, "seen");
    assert_eq!(process(&host).await, new);
    host.host.close().await;
}

/// What the kernel gives to a process can't be granted once.
async fn assert_not_once(host: &Host) {
    let (plugin, permission) = ("peeker".parse().unwrap(), "read_files".parse().unwrap());
    let once = Command::AnswerPermission { plugin, permission, scope: Vec::new(), answer: PermissionAnswer::Once };
    let refused = host.host.command(once).await.unwrap_err().to_string();
    assert!(refused.contains("read_files can't be granted once"), "{refused}");
    assert!(refused.contains("orchestrator permission grant peeker read_files --session"), "{refused}");
}

#[test]
fn a_plugin_that_can_not_start_with_what_was_granted_goes_on_without_it_and_says_so() {
    if let Some(project) = inside() {
        return block_on(not_widened(project));
    }
    let starting = "if peek() == 'seen':\n            raise PluginInitializationError('too much light')";
    let Some(project) = peeker(starting) else { return };
    let test = "a_plugin_that_can_not_start_with_what_was_granted_goes_on_without_it_and_says_so";
    in_own_process(&project, &format!("permissions_widened::{test}"));
}

async fn not_widened(project: PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.until_state("peeker", PluginState::Active).await;
    let old = process(&host).await;
    grant(&project, "--always");
    host.until_state("peeker", PluginState::Active).await;
    assert_eq!(peek(&host).await, "refused");
    assert_eq!(process(&host).await, old);
    let plugin = "peeker".parse().unwrap();
    let Answer::Plugin(detail) = host.host.query(Query::Plugin { plugin }).await.unwrap() else { panic!() };
    let warning = detail.warnings.last().expect("nobody is told");
    assert!(warning.contains("goes on without what was newly granted"), "{warning}");
    assert!(warning.contains("too much light"), "{warning}");
    host.host.close().await;
}

/// What the kernel refuses is told with the command that allows it, and kept under the name of the permission.
#[test]
fn what_the_kernel_refuses_is_audited_and_names_the_command_that_helps() {
    let Some(project) = peeker("pass") else { return };
    let events = project.run(["run", "peeks", "x", "--json"]).assert_exit(0).run();
    assert_eq!(of_type(&events, "final_result")[0]["results"]["read"], "refused");
    let logged = of_type(&events, "plugin_log");
    let told = logged.iter().filter_map(|event| event["message"].as_str()).find(|line| line.contains("outside.txt"));
    let command = "orchestrator permission grant peeker read_files --scope outside.txt";
    assert!(told.is_some_and(|line| line.contains(command)), "{logged:?}");

    let audit = project.run(["permission", "audit", "peeker", "--json"]).assert_exit(0).json();
    let by_kernel = |entry: &&Value| entry["why"].as_str().is_some_and(|why| why.starts_with("the kernel: "));
    let entry = audit.as_array().unwrap().iter().find(by_kernel).unwrap_or_else(|| panic!("{audit}"));
    assert_eq!((&entry["permission"], &entry["decision"]), (&json!("read_files"), &json!("denied")), "{entry}");
    assert!(entry["scope"][0].as_str().unwrap().ends_with("outside.txt"), "{entry}");

    project.run(command.split(' ').skip(1)).assert_exit(0);
    let events = project.run(["run", "peeks", "x", "--json"]).assert_exit(0).run();
    assert_eq!(of_type(&events, "final_result")[0]["results"]["read"], "seen");
}
