//! Chains of three plugins of which one misbehaves, in every way and in every place, native and Python mixed.

use orchestrator::event::BodyRef;
use serde_json::{Value, json};

use super::hook_bench::{Kind, add, has_python, outcomes, project};
use crate::support::{Project, of_type};

const NAMES: [&str; 3] = ["a", "b", "c"];

/// What the odd one does, and what its delivery comes to.
const WAYS: [(&str, &str); 5] =
    [("change", "changed"), ("nothing", "unchanged"), ("deny", "denied"), ("fail", "failed"), ("hang", "timed_out")];

/// What a run with one odd plugin in the chain of `pre_workflow_execution` should come to.
struct Expected {
    outcomes: [&'static str; 3],
    status: &'static str,
    exit: i32,
    /// Whose changes are in the context when the workflow starts; nobody's, if it does not.
    trail: Vec<&'static str>,
}

/// The table: whatever comes after a denial, or after a failure whose policy is to abort, is skipped; after any other
/// failure the chain goes on with what was there before.
fn expected(place: usize, does: &str, outcome: &'static str, on_failure: &str) -> Expected {
    let fails = matches!(does, "fail" | "hang");
    let ends = does == "deny" || fails && on_failure == "abort";
    let mut outcomes = ["changed"; 3];
    outcomes[place] = outcome;
    let mut trail: Vec<&str> = NAMES.into_iter().collect();
    if does != "change" {
        trail.remove(place);
    }
    if !ends {
        return Expected { outcomes, status: "completed", exit: 0, trail };
    }
    for later in &mut outcomes[place + 1..] {
        *later = "skipped";
    }
    let (status, exit) = if does == "deny" { ("denied", 3) } else { ("failed", 1) };
    Expected { outcomes, status, exit, trail: Vec::new() }
}

/// Runs every way in every place, with these kinds of plugins in the chain.
fn check(kinds: [Kind; 3], on_failure: &str, ways: &[(&'static str, &'static str)]) {
    let project = project();
    for (name, kind) in NAMES.iter().zip(kinds) {
        add(&project, kind, name, &json!({}));
    }
    for (place, (does, outcome)) in (0..3).flat_map(|place| ways.iter().map(move |way| (place, *way))) {
        for (at, name) in NAMES.iter().enumerate() {
            let does = if at == place { does } else { "change" };
            let mut config = json!({"hooks": {"pre_workflow_execution": does}});
            if at == place {
                config["on_failure"] = on_failure.into();
                if does == "hang" {
                    config["timeout_ms"] = json!(400);
                }
            }
            project.write(&format!("config/plugins/{name}.json"), &config.to_string());
        }
        let case = format!("{does} in place {place} of {kinds:?}, {on_failure}");
        let expected = expected(place, does, outcome, on_failure);
        let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(expected.exit).run();
        let seen = outcomes(&events, "pre_workflow_execution", &NAMES);
        let names = NAMES.map(str::to_owned);
        let wanted: Vec<_> = names.into_iter().zip(expected.outcomes.map(str::to_owned)).collect();
        assert_eq!(seen, wanted, "{case}");
        let end = events.last().unwrap();
        assert_eq!(end["status"], expected.status, "{case}");
        if expected.outcomes[place] != "changed" && expected.outcomes[place] != "unchanged" {
            let reason = end["reason"].as_str().unwrap_or_default();
            assert!(reason.contains(&format!("plugin `{}`", NAMES[place])), "{case}: {reason}");
        }
        assert_eq!(trail(&project, &events), expected.trail, "{case}");
    }
}

/// Who has changed the context before the workflow started, as the trace keeps the last change.
fn trail(project: &Project, events: &[Value]) -> Vec<String> {
    if !events.iter().any(|event| event["type"] == "agent_started") {
        return Vec::new();
    }
    let is_change = |event: &&&Value| event["outcome"] == "changed" && event["hook"] == "pre_workflow_execution";
    let all = of_type(events, "hook_finished");
    let last = all.iter().rev().find(|event| is_change(event));
    let Some(last) = last else { return Vec::new() };
    let body: BodyRef = serde_json::from_value(last["after"].clone()).unwrap();
    let kept = project.history().body(&body).unwrap().unwrap();
    let context: Value = serde_json::from_slice(&kept).unwrap();
    context["trail"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn whatever_one_does_the_others_have_their_turn_unless_it_ends_the_chain() {
    let middle = if has_python() { Kind::Python } else { Kind::Native };
    check([Kind::Trusted, middle, Kind::Native], "continue", &WAYS);
}

#[test]
fn a_failure_ends_the_run_if_that_is_the_handlers_policy() {
    check([Kind::Native, Kind::Trusted, Kind::Native], "abort", &[("fail", "failed"), ("hang", "timed_out")]);
}
