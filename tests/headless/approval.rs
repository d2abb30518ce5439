//! A plugin's code runs only when the operator approved exactly this content, and in the host's process only when the
//! operator trusts it.

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Live, PATIENCE, Project, Watched, output_of};

/// What `plugin show` says, and the number of the process that said it.
fn shown(project: &Project, plugin: &str) -> Value {
    project.run(["plugin", "show", plugin, "--json"]).assert_exit(0).json()
}

/// Whether an agent of echo's runs in the host's own process.
fn runs_in_the_host(project: &Project) -> bool {
    let live = Live::start(project, ["agent", "run", "process", "x", "--json"]);
    let host = live.process.id().to_string();
    let events = live.finish().assert_exit(0).run();
    output_of(&events, "process") == host
}

#[test]
fn an_unapproved_plugin_waits_says_why_and_what_to_do() {
    let project = Project::new();
    project.add_fixture("echo");
    let held = project.plugin("echo");
    assert_eq!((&held["state"], &held["place"]), (&"needs_approval".into(), &"nowhere".into()));
    assert_eq!((&held["agents"], &held["granted"]), (&0.into(), &0.into()));
    assert!(held["reason"].as_str().unwrap().contains("nobody has approved this content"), "{held}");
    assert!(held["remedy"].as_str().unwrap().contains("orchestrator plugin approve echo"), "{held}");
    project.run(["run", "chorus", "x"]).assert_exit(2).assert_err("there is no workflow `chorus`");

    project
        .run(["plugin", "approve", "echo"])
        .assert_exit(0)
        .assert_err("echo will run in a process of its own, confined to its own folders and what it is granted")
        .assert_err("  execute_agent")
        .assert_out("in a process of its own, which is confined")
        .assert_out("read_workflow, write_workflow, execute_agent")
        .assert_out("it is active");
    let approved = project.plugin("echo");
    assert_eq!((&approved["state"], &approved["granted"]), (&"active".into(), &3.into()));
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn approving_says_what_stays_denied_before_and_after() {
    let project = Project::new();
    project.add_fixture("echo");
    project.run(["permission", "deny", "echo", "execute_agent"]).assert_exit(0);
    let approved = project.run(["plugin", "approve", "echo"]).assert_exit(0);
    approved
        .assert_err("This stays denied:\n  execute_agent")
        .assert_out("it has read_workflow, write_workflow; not execute_agent: config/permissions.yaml denies it");
    assert_eq!(project.plugin("echo")["granted"], 2);
}

#[test]
fn approved_code_runs_in_a_process_of_its_own_and_trusted_code_in_the_hosts() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let approved = shown(&project, "echo");
    assert_eq!(approved["summary"]["place"], "child");
    assert!(approved["summary"]["process"].is_u64(), "{approved}");
    assert!(approved["runs_in"].as_str().unwrap().contains("a process of its own"), "{approved}");
    project.run(["plugin", "show", "echo"]).assert_exit(0).assert_out("MiB of memory");
    assert!(!runs_in_the_host(&project));

    let trusted = project.run(["plugin", "trust", "echo"]).assert_exit(0);
    trusted
        .assert_err("echo will run in this process")
        .assert_out("permissions are advisory")
        .assert_out("it is active");
    let trusted = shown(&project, "echo");
    assert_eq!((&trusted["summary"]["place"], &trusted["summary"]["process"]), (&"host".into(), &Value::Null));
    assert!(trusted["runs_in"].as_str().unwrap().contains("permissions are advisory"), "{trusted}");
    assert!(runs_in_the_host(&project));

    let back = project.run(["plugin", "distrust", "echo"]).assert_exit(0);
    back.assert_out("no longer trusted").assert_out("still approved").assert_out("it is active");
    assert_eq!(shown(&project, "echo")["summary"]["place"], "child");
    assert!(!runs_in_the_host(&project));
    assert_eq!(project.plugin("echo")["granted"], 3, "its grants went with the trust");
    project.run(["plugin", "distrust", "echo"]).assert_exit(1).assert_err("is not trusted");
}

#[test]
fn bundled_plugins_run_in_processes_of_their_own_until_they_are_trusted() {
    let project = Project::new();
    for plugin in ["repo_audit", "command_agents"] {
        let bundled = project.plugin(plugin);
        assert_eq!((&bundled["state"], &bundled["place"]), (&"active".into(), &"child".into()), "{bundled}");
    }
    project.run(["plugin", "trust", "repo_audit"]).assert_exit(0);
    assert_eq!(project.plugin("repo_audit")["place"], "host");
    assert_eq!(project.plugin("command_agents")["place"], "child");
    assert!(!project.dir().join("config/permissions.yaml").exists(), "a bundled plugin needs no entry");
}

#[test]
fn neither_approval_nor_trust_carries_over_to_changed_content() {
    for how in ["approve", "trust"] {
        let project = Project::new();
        project.add_allowed(how, "echo", "{}");
        let manifest = project.dir().join("plugins/echo/plugin.yaml");
        let original = std::fs::read_to_string(&manifest).unwrap();
        project.write("plugins/echo/plugin.yaml", &format!("{original}# changed\n"));
        let changed = project.plugin("echo");
        assert_eq!((&changed["state"], &changed["agents"]), (&"needs_approval".into(), &0.into()));

        project.write("plugins/echo/plugin.yaml", &original);
        assert_eq!(project.plugin("echo")["state"], "active", "the very content that was looked at is back");
        project.write("plugins/echo/notes.txt", "another file");
        assert_eq!(project.plugin("echo")["state"], "needs_approval");
        // Approving the new content is not trusting it.
        project.run(["plugin", "approve", "echo"]).assert_exit(0);
        assert_eq!(project.plugin("echo")["place"], "child");
    }
}

#[test]
fn approval_stays_with_the_user_who_gave_it() {
    for how in ["approve", "trust"] {
        let project = Project::new();
        project.add_allowed(how, "echo", "{}");
        // The project as it would arrive with somebody else: with its grants, without this user's state.
        std::fs::remove_dir_all(project.state_dir()).unwrap();
        let held = project.plugin("echo");
        assert_eq!((&held["state"], &held["granted"]), (&"needs_approval".into(), &0.into()));
    }
}

#[test]
fn a_broken_plugin_can_be_neither_approved_nor_trusted() {
    let project = Project::new();
    project.write("plugins/bad/plugin.yaml", "name: bad\nversion: one\n");
    for how in ["approve", "trust", "distrust"] {
        project.run(["plugin", how, "bad"]).assert_exit(1).assert_err("plugin.yaml:2:10");
    }
}

#[test]
fn a_native_plugin_has_nothing_to_install() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["plugin", "install", "echo"]).assert_exit(1).assert_err("is native");
    project.run(["plugin", "install", "nobody"]).assert_exit(2).assert_err("there is no plugin `nobody`");
}

#[test]
fn a_plugins_process_ends_with_a_host_that_was_killed() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let mut live = Live::start(&project, ["agent", "run", "process", "stay", "--json"]);
    let output = live.wait_for("the process's number", |event| event["type"] == "agent_output");
    let plugin = Watched::new(output["items"][0].as_str().unwrap().parse().unwrap());
    live.signal(Signal::KILL);
    assert!(plugin.ends_within(PATIENCE), "the plugin outlives its host");
}
