//! Plugins that change: what is told of it, and what the operator's policy makes of it.

use orchestrator::event::PluginState;
use orchestrator::orchestrator::api::{Command, Done, Facade, UpdatePolicy};

use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::Project;

const MANIFEST: &str = "plugins/echo/plugin.yaml";

fn echo() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

#[test]
fn a_held_plugin_shows_what_changed_in_its_files_and_its_requests() {
    let project = echo();
    let shown = project.run(["plugin", "show", "echo", "--json"]).assert_exit(0).json();
    assert_eq!((&shown["changes"], &shown["policy"]), (&serde_json::Value::Null, &"hold".into()));
    let manifest = std::fs::read_to_string(project.dir().join(MANIFEST)).unwrap();
    project.write(MANIFEST, &format!("{manifest}  - network\n"));
    project.write("plugins/echo/notes.txt", "new");

    let held = project.plugin("echo");
    assert_eq!(held["state"], "needs_approval");
    let expected = "it has changed since it was approved: 1 file changed, 1 added; now asks for network too";
    assert_eq!(held["reason"], expected);
    let changes = project.run(["plugin", "show", "echo", "--json"]).assert_exit(0).json()["changes"].clone();
    assert_eq!(changes["changed"], serde_json::json!(["plugin.yaml"]));
    assert_eq!(changes["added"], serde_json::json!(["notes.txt"]));
    assert_eq!(changes["requests_added"], serde_json::json!(["network"]));
    project
        .run(["plugin", "show", "echo"])
        .assert_exit(0)
        .assert_out("~ plugin.yaml")
        .assert_out("+ notes.txt")
        .assert_out("now asks for network");

    project.run(["plugin", "approve", "echo"]).assert_exit(0);
    let shown = project.run(["plugin", "show", "echo", "--json"]).assert_exit(0).json();
    assert_eq!(shown["changes"], serde_json::Value::Null);
}

#[test]
fn accepting_the_permissions_file_says_what_it_grants() {
    let project = echo();
    let file = project.dir().join("config/permissions.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}    deny: [network]\n")).unwrap();
    project
        .run(["permission", "accept"])
        .assert_exit(0)
        .assert_out("allow: read_workflow, write_workflow, execute_agent")
        .assert_out("deny: network");
}

#[test]
fn a_policy_decides_what_becomes_of_a_plugin_that_changes() {
    if let Some(project) = inside() {
        return block_on(policies(project));
    }
    in_own_process(&echo(), "permissions_changed::a_policy_decides_what_becomes_of_a_plugin_that_changes");
}

async fn policies(project: std::path::PathBuf) {
    let host = Host::open(project.clone()).await;
    let plugin = || "echo".parse().unwrap();
    let original = std::fs::read_to_string(project.join(MANIFEST)).unwrap();
    let more = format!("{original}  - network\n");
    let cases = [
        (UpdatePolicy::Hold, [PluginState::NeedsApproval, PluginState::NeedsApproval]),
        (UpdatePolicy::KeepIfNoMore, [PluginState::Active, PluginState::NeedsApproval]),
        (UpdatePolicy::Dev, [PluginState::Active, PluginState::Active]),
    ];
    for (policy, expected) in cases {
        host.host.command(Command::SetPolicy { plugin: plugin(), policy }).await.unwrap();
        for (text, state) in [format!("{original}# other\n"), more.clone()].iter().zip(expected) {
            std::fs::write(project.join(MANIFEST), text).unwrap();
            // A plugin that is held is no success, and said in its state.
            let _: Result<Done, _> = host.host.command(Command::ReloadPlugin { plugin: plugin() }).await;
            assert_eq!(host.plugin("echo").await.state, state, "{policy:?}: {text}");
        }
        std::fs::write(project.join(MANIFEST), &original).unwrap();
        host.host.command(Command::ReloadPlugin { plugin: plugin() }).await.unwrap();
    }
    host.host.close().await;
}
