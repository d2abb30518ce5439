//! A workflow that behaves: agents in parallel, the same one twice, hooks that change what passes through them.

use std::collections::BTreeSet;

use orchestrator::event::BodyRef;
use serde_json::Value;

use crate::support::{Project, of_type, output_of};

#[test]
fn the_same_agent_runs_twice_at_once_and_spans_tell_which() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let events = project.run(["run", "chorus", "one\ntwo", "--json"]).assert_exit(0).run();

    let twice = of_type(&events, "phase_start").into_iter().find(|event| event["phase"] == "twice").unwrap();
    let started: Vec<_> =
        of_type(&events, "agent_started").into_iter().filter(|event| event["parent"] == twice["span"]).collect();
    assert_eq!(started.len(), 2);
    for event in &started {
        assert_eq!(event["agent"], "echo");
        let task = event["request"]["task"].as_str().unwrap();
        assert_eq!(output_of(&events, event["span"].clone()), format!("{task}\n"));
    }
    let tasks: BTreeSet<_> = started.iter().map(|event| event["request"]["task"].as_str().unwrap()).collect();
    assert_eq!(tasks, BTreeSet::from(["first", "second"]));

    let results = &of_type(&events, "final_result")[0]["results"];
    assert_eq!((&results["low"], &results["high"]), (&"one\ntwo\n".into(), &"ONE\nTWO\n".into()));
    assert_eq!(results["twice"], serde_json::json!(["first\n", "second\n"]));
}

#[test]
fn every_agent_run_has_one_start_and_one_end_within_its_phase() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    let spans = |kind| of_type(&events, kind).iter().map(|event| event["span"].as_u64().unwrap()).collect::<Vec<_>>();
    let (mut started, mut finished) = (spans("agent_started"), spans("agent_finished"));
    started.sort_unstable();
    finished.sort_unstable();
    assert_eq!(started.len(), 4);
    assert_eq!(started, finished);
    started.dedup();
    assert_eq!(started.len(), 4, "two agent runs share a span");

    let seq_of = |kind: &str, phase: &str| {
        let event = of_type(&events, kind).into_iter().find(|event| event["phase"] == phase).unwrap();
        event["seq"].as_u64().unwrap()
    };
    let (begin, end) = (seq_of("phase_start", "twice"), seq_of("phase_complete", "twice"));
    let phase = of_type(&events, "phase_start")[1]["span"].clone();
    let inside = events.iter().filter(|event| event["parent"] == phase);
    assert!(inside.clone().count() > 0);
    assert!(inside.map(|event| event["seq"].as_u64().unwrap()).all(|seq| begin < seq && seq < end));
}

#[test]
fn hooks_change_the_context_and_the_result_and_the_trace_has_both_sides() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    let result = of_type(&events, "final_result")[0];
    assert_eq!(result["results"]["greeting"], "hello", "the workflow did not get the changed context");
    assert_eq!(result["extra"]["signed_by"], "echo", "the changed result is not the one that is told");

    let history = project.history();
    let body = |reference: &Value| -> Value {
        let reference: BodyRef = serde_json::from_value(reference.clone()).unwrap();
        serde_json::from_slice(&history.body(&reference).unwrap().unwrap()).unwrap()
    };
    let changed = |handler: &str| {
        let delivered = of_type(&events, "hook_finished").into_iter().find(|event| event["handler"] == handler);
        let event = delivered.unwrap();
        assert_eq!((&event["plugin"], &event["outcome"]), (&"echo".into(), &"changed".into()));
        (body(&event["before"]), body(&event["after"]))
    };
    let (before, after) = changed("greet");
    assert_eq!(before["requirements"], "x");
    assert_eq!((&before["greeting"], &after["greeting"]), (&Value::Null, &"hello".into()));
    let (before, after) = changed("sign");
    assert_eq!((&before["signed_by"], &after["signed_by"]), (&Value::Null, &"echo".into()));
    assert_eq!(before["status"], "completed");
}

#[test]
fn the_built_in_workflow_plans_executes_with_any_agent_and_reviews() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let wanted = "Write a parser. Test the parser.";
    let args = ["run", "plan_execute_review", wanted, "--config", "agent=echo", "--json"];
    let events = project.run(args).assert_exit(0).run();
    let agents: Vec<_> = of_type(&events, "agent_started").iter().map(|event| event["agent"].clone()).collect();
    assert_eq!(agents, ["planner_agent", "echo", "reviewer_agent"]);
    assert!(output_of(&events, "planner_agent").contains("not a language model"));
    assert!(output_of(&events, "reviewer_agent").contains("verdict:"));
}
