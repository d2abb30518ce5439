//! Every hook that there is, fired through the real program, and what its handlers may do.

use std::time::Instant;

use orchestrator_protocol::hook::HookName;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::hook_bench::{Kind, add, each, has_python, noted, outcomes, project};
use super::hook_examples::assert_documented;
use crate::support::{Live, PATIENCE, Project};

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
    let config = each(&all, "nothing");
    add(&project, kind, "watcher", &config);
    // A plugin with a route, in whatever language the watcher is.
    add(&project, Kind::Native, "pinged", &json!({}));
    // Without the workflow's own handlers, which add fields that no hook has by itself.
    let [greet, sign] = ["echo:pre_workflow_execution:greet", "echo:post_workflow_execution:sign"];
    let run = ["run", "chorus", "x", "--json", "--without-handler", greet, "--without-handler", sign];
    project.run(run).assert_exit(0);
    project.run(["api", "call", "GET", "/pinged/ping", "--header", "accept: text/plain"]).assert_out("pong");

    let so_far = noted(&project, "watcher");
    let ends: Vec<_> = so_far.iter().filter(|(hook, _)| hook == "run_end").map(|(_, end)| end).collect();
    let [end] = ends[..] else { panic!("one run, one end: {ends:?}") };
    assert_eq!((&end[0]["workflow_type"], &end[1], &end[2]), (&json!("chorus"), &json!("completed"), &Value::Null));
    let loaded = so_far.iter().find(|(hook, _)| hook == "plugin_load").unwrap();
    assert_eq!(loaded.1[0]["plugin"], "watcher", "it observes its own loading, and nobody else's");

    // How often each was called outlives the processes; the one that was never called says so.
    assert_fired(&project, |hook| hook != "config_change");
    project.run(["hook", "list"]).assert_exit(0).assert_out("never");

    let change = config_changed(&project, config);
    assert_eq!((&change["plugin"], &change["changed"]), (&json!("watcher"), &json!(["depth", "api_key"])));
    assert_eq!((&change["before"]["depth"], &change["after"]["depth"]), (&Value::Null, &json!(2)));
    assert_eq!(change["after"]["api_key"], "••••");
    assert_fired(&project, |_| true);
    assert_documented(&noted(&project, "watcher"));
}

/// Which of the watcher's handlers were ever called.
#[track_caller]
fn assert_fired(project: &Project, expected: impl Fn(&str) -> bool) {
    let hooks = project.run(["hook", "list", "--json"]).assert_exit(0).json();
    let mut of_watcher = hooks.as_array().unwrap().iter().filter(|hook| hook["plugin"] == "watcher").peekable();
    assert!(of_watcher.peek().is_some());
    for hook in of_watcher {
        let fired = hook["fired"].as_u64().unwrap();
        assert_eq!(fired > 0, expected(hook["hook"].as_str().unwrap()), "{hook}");
    }
}

/// Changes the watcher's file while something runs, and tells what the watcher was told of it.
fn config_changed(project: &Project, mut config: Value) -> Value {
    let mut live = Live::start(project, ["agent", "run", "slow", "x", "--json"]);
    live.wait_for_output(".");
    config["depth"] = json!(2);
    config["api_key"] = json!("sk-not-for-everybody");
    project.write("config/plugins/watcher.json", &config.to_string());
    let begun = Instant::now();
    let told = || noted(project, "watcher").into_iter().find(|(hook, _)| hook == "config_change");
    let change = loop {
        match told() {
            Some((_, change)) => break change,
            // The host has yet to look at the file; the run's own events give the pace.
            None if begun.elapsed() > PATIENCE => panic!("the change was told to nobody"),
            None => drop(live.next().expect("the run ended before the change was told")),
        }
    };
    live.signal(Signal::INT);
    live.finish().assert_exit(130);
    let noted = noted(project, "watcher");
    assert_eq!(noted.iter().filter(|(hook, _)| hook == "config_change").count(), 1, "it was asked about once");
    change[0].clone()
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
