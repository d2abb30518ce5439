//! Every hook that there is, fired through the real program, and what its handlers may do.

use orchestrator_protocol::hook::HookName;
use serde_json::{Value, json};

use super::hook_bench::{Kind, add, each, has_python, noted, outcomes, project};

/// Hooks that a run fires.
const OF_A_RUN: [&str; 6] = [
    "pre_workflow_execution",
    "post_workflow_execution",
    "pre_agent_execution",
    "post_agent_execution",
    "run_event",
    "run_end",
];

fn every_hook(kind: Kind) {
    let project = project();
    let all = HookName::ALL.map(HookName::as_str);
    add(&project, kind, "watcher", &each(&all, "nothing"));
    // A plugin with a route, in whatever language the watcher is.
    add(&project, Kind::Native, "pinged", &json!({}));
    project.run(["run", "chorus", "x", "--json"]).assert_exit(0);
    project.run(["api", "call", "GET", "/pinged/ping"]).assert_exit(0).assert_out("pong");

    let noted = noted(&project, "watcher");
    let count = |hook: &str| noted.iter().filter(|(noted, _)| noted == hook).count();
    for hook in all.into_iter().filter(|hook| *hook != "config_change") {
        assert!(count(hook) > 0, "{hook} was never delivered to a {kind:?} plugin");
    }
    assert_eq!(count("run_end"), 1);
    let (_, end) = noted.iter().find(|(hook, _)| hook == "run_end").unwrap();
    assert_eq!((&end[0]["workflow_type"], &end[1], &end[2]), (&json!("chorus"), &json!("completed"), &Value::Null));
    let loaded = noted.iter().find(|(hook, _)| hook == "plugin_load").unwrap();
    assert_eq!(loaded.1[0]["plugin"], "watcher", "it observes its own loading, and nobody else's");

    // How often each was called outlives the processes; the one that was never called says so.
    let hooks = project.run(["hook", "list", "--json"]).assert_exit(0).json();
    for hook in hooks.as_array().unwrap().iter().filter(|hook| hook["plugin"] == "watcher") {
        let fired = hook["fired"].as_u64().unwrap();
        assert_eq!(fired > 0, hook["hook"] != "config_change", "{hook}");
    }
    project.run(["hook", "list"]).assert_exit(0).assert_out("never");
}

#[test]
fn every_hook_reaches_a_native_plugin() {
    every_hook(Kind::Native);
}

#[test]
fn every_hook_reaches_a_python_plugin() {
    if has_python() {
        every_hook(Kind::Python);
    }
}

#[test]
fn a_plugin_without_permission_is_called_by_no_hook_of_a_run() {
    let project = project();
    add(&project, Kind::Native, "blind", &each(&OF_A_RUN, "change"));
    project.run(["permission", "revoke", "blind", "read_workflow"]).assert_exit(0);
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    for hook in OF_A_RUN {
        let outcomes = outcomes(&events, hook, &["blind"]);
        assert!(!outcomes.is_empty(), "{hook} left no trace");
        assert!(outcomes.iter().all(|(_, outcome)| outcome == "not_permitted"), "{hook}: {outcomes:?}");
    }
    assert_eq!(noted(&project, "blind"), []);
}

#[test]
fn an_agents_output_is_supplied_by_a_handler_and_shown_as_its_own() {
    for kind in [Kind::Trusted, Kind::Python] {
        if kind == Kind::Python && !has_python() {
            return;
        }
        let project = project();
        add(&project, kind, "cache", &each(&["pre_agent_execution"], "supply"));
        let run = project.run(["agent", "run", "upper", "say it", "--json"]).assert_exit(0);
        let events = run.run();
        assert_eq!(outcomes(&events, "pre_agent_execution", &["cache"]), [("cache".into(), "supplied".into())]);
        assert_eq!(crate::support::output_of(&events, "upper"), "supplied by cache\n");
    }
}

#[test]
fn a_handler_that_is_left_out_or_disabled_is_skipped_and_the_trace_says_why() {
    let project = project();
    add(&project, Kind::Native, "guard", &each(&["pre_workflow_execution"], "deny"));
    let name = "guard:pre_workflow_execution:on_pre_workflow_execution";
    project.run(["run", "chorus", "x", "--json"]).assert_exit(3);
    let events = project.run(["run", "chorus", "x", "--without-handler", name, "--json"]).assert_exit(0).run();
    let skipped = crate::support::of_type(&events, "hook_finished")
        .into_iter()
        .find(|event| event["plugin"] == "guard")
        .cloned()
        .unwrap();
    assert_eq!(
        (&skipped["outcome"], &skipped["reason"]),
        (&json!("skipped"), &json!("this run was started without it"))
    );
    project.run(["run", "chorus", "x", "--without-handler", "guard:run_end:x"]).assert_exit(2).assert_err("hook list");

    project.run(["hook", "disable", name]).assert_exit(0);
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    assert_eq!(outcomes(&events, "pre_workflow_execution", &["guard"]), [("guard".into(), "skipped".into())]);
    project.run(["hook", "enable", name]).assert_exit(0);
    project.run(["run", "chorus", "x", "--json"]).assert_exit(3);
}

#[test]
fn what_the_operator_says_of_a_handler_goes_before_what_its_plugin_declares() {
    let project = project();
    add(&project, Kind::Native, "shaky", &each(&["pre_workflow_execution"], "fail"));
    project.run(["run", "chorus", "x"]).assert_exit(0);
    let handlers = "hooks:\n  handlers:\n    shaky:\n      on_pre_workflow_execution: ";
    project.write("config/orchestrator.yaml", &format!("{handlers}{{on_failure: abort, enabled: false}}\n"));
    // A project's own settings can only make it stricter.
    project.run(["run", "chorus", "x"]).assert_exit(1).assert_err("its policy is to abort");
    project.run(["hook", "list"]).assert_exit(0).assert_out("on_failure abort instead of continue");
    let user = project.dir().parent().unwrap().join("home/.config/orchestrator");
    std::fs::create_dir_all(&user).unwrap();
    std::fs::write(user.join("orchestrator.yaml"), format!("{handlers}{{enabled: false}}\n")).unwrap();
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn an_appointed_plugin_may_keep_others_from_being_loaded() {
    let project = project();
    add(&project, Kind::Native, "a-guard", &each(&["plugin_load"], "deny"));
    assert_eq!(project.plugin("echo")["state"], "active", "a plugin that nobody appointed has no say");
    let user = project.dir().parent().unwrap().join("home/.config/orchestrator");
    std::fs::create_dir_all(&user).unwrap();
    std::fs::write(user.join("orchestrator.yaml"), "hooks: {appointed: [a-guard]}\n").unwrap();
    let echo = project.plugin("echo");
    assert_eq!(echo["state"], "stopped");
    assert!(echo["reason"].as_str().unwrap().contains("a-guard denies"), "{echo}");
    assert_eq!(project.plugin("a-guard")["state"], "active", "its own handler only observes");
}
