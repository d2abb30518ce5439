//! `--readonly`: everything can be seen, nothing can be changed.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use orchestrator::event::PluginState;
use orchestrator::orchestrator::api::{Command, Facade, Place};

use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::Project;

/// Every file with its mode, its time and its bytes. The program's own log and history are left out: that somebody
/// looked may be noted.
fn files(project: &Project) -> BTreeMap<PathBuf, (u32, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![project.dir(), project.state_dir()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with("history.db") || ["logs", "owners"].contains(&name) {
                continue;
            }
            let about = path.symlink_metadata().unwrap();
            if about.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                found.insert(path, (about.permissions().mode(), about.mtime_nsec() + about.mtime(), bytes));
            }
        }
    }
    found
}

/// A project in which something ran already, with a plugin that waits for its approval.
fn used() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.add_fixture("hostile");
    project.run(["run", "chorus", "x"]).assert_exit(0);
    project
}

#[track_caller]
fn assert_same(before: &BTreeMap<PathBuf, (u32, i64, Vec<u8>)>, project: &Project, after: &[&str]) {
    let now = files(project);
    let differ = |path: &&PathBuf| before.get(*path) != now.get(*path);
    let changed: Vec<&Path> = before.keys().chain(now.keys()).filter(differ).map(PathBuf::as_path).collect();
    assert!(changed.is_empty(), "{after:?} changed {changed:?}");
}

#[test]
fn every_kind_of_change_is_refused_in_words_and_changes_no_file() {
    let project = used();
    let before = files(&project);
    let changes = [
        &["run", "repo_audit", "Audit it"][..],
        &["run", "repo_audit", "Audit it", "--grant", "repo_audit:read_files=/"],
        &["agent", "run", "echo", "x"],
        &["plugin", "approve", "hostile"],
        &["plugin", "trust", "echo"],
        &["plugin", "distrust", "echo"],
        &["plugin", "install", "echo"],
        &["permission", "revoke", "echo", "execute_agent"],
        &["permission", "grant", "echo", "execute_agent"],
        &["permission", "grant", "echo", "execute_agent", "--session"],
        &["permission", "deny", "echo", "execute_agent"],
        &["permission", "reset", "echo"],
        &["permission", "policy", "echo", "dev"],
        &["permission", "accept"],
        &["config", "set", "echo", "enabled", "false"],
        &["api", "call", "GET", "/api/x", "--json"],
    ];
    for change in changes {
        let refused = project.run(change.iter().copied().chain(["--readonly"])).assert_exit(3);
        let said = refused.assert_err("this was opened with --readonly: nothing can be changed").err;
        assert!(!said.contains("will run in"), "{change:?} was announced: {said}");
        assert_same(&before, &project, change);
    }
}

#[test]
fn what_can_be_seen_is_seen_and_no_plugin_is_run() {
    let project = used();
    let before = files(&project);
    for look in [
        &["plugin", "list"][..],
        &["plugin", "show", "echo"],
        &["workflow", "list"],
        &["agent", "list"],
        &["hook", "list"],
        &["permission", "list"],
        &["permission", "audit"],
        &["runs", "list"],
        &["runs", "show", "1"],
        &["doctor"],
    ] {
        project.run(["--readonly"].into_iter().chain(look.iter().copied())).assert_exit(0);
        assert_same(&before, &project, look);
    }
    let handlers = project.run(["--readonly", "hook", "list"]).assert_exit(0);
    handlers.assert_err("handlers are not known of").assert_err("since the project is only looked at");
    let plugins = project.run(["--readonly", "plugin", "list", "--json"]).assert_exit(0).json();
    let state = |name: &str| plugins.as_array().unwrap().iter().find(|plugin| plugin["name"] == name).unwrap().clone();
    let echo = state("echo");
    assert_eq!((&echo["state"], &echo["process"]), (&"discovered".into(), &serde_json::Value::Null), "{echo}");
    assert!(echo["reason"].as_str().unwrap().contains("only looked at"), "{echo}");
    assert_eq!(state("hostile")["state"], "needs_approval");
    let grants = project.run(["--readonly", "permission", "list"]).assert_exit(0);
    grants.assert_out("config/permissions.yaml grants it");
}

/// The facade refuses commands; what happens by itself, as when a config is edited, must not start a plugin either.
#[test]
fn nothing_starts_a_plugin_in_a_project_that_is_only_looked_at() {
    let Some(project) = inside() else {
        let project = Project::new();
        project.add_approved("echo", "{}");
        project.write("config/plugins/echo.json", r#"{"enabled": false}"#);
        return in_own_process(&project, "read_only::nothing_starts_a_plugin_in_a_project_that_is_only_looked_at");
    };
    block_on(async {
        let mut host = Host::look_at(project.clone()).await;
        host.until_state("echo", PluginState::Disabled).await;
        std::fs::write(project.join("config/plugins/echo.json"), "{}").unwrap();
        let plugin = || "echo".parse().unwrap();
        // As it is done when the config is seen to have changed, and when somebody asks for it.
        for command in [Command::LoadPlugin { plugin: plugin() }, Command::ReloadPlugin { plugin: plugin() }] {
            let _ = host.host.command(command).await;
            let (reason, _) = host.until_state("echo", PluginState::Discovered).await;
            assert_eq!(host.plugin("echo").await.place, Place::Nowhere);
            assert!(reason.contains("only looked at") || reason.is_empty(), "{reason}");
        }
        host.host.close().await;
    });
}
