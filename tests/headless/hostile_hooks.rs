//! Hooks that misbehave: the run goes on or aborts as their policy says, and no failure is invisible.

use orchestrator::event::{EventKind, PluginState};
use serde_json::Value;

use crate::support::{Live, Project, of_type};

/// A project whose plugins run where `how` allows it.
fn project(how: &str, config: &str) -> Project {
    let project = Project::new();
    // So that nobody waits five seconds for a handler that never returns.
    project.write("config/orchestrator.yaml", "hook_timeout: 1s\n");
    project.add_allowed(how, "echo", "{}");
    project.add_allowed(how, "hostile", config);
    project
}

/// In processes of their own, and in the host's.
const EVERYWHERE: [&str; 2] = ["approve", "trust"];

/// The deliveries to the hostile handler.
fn deliveries(events: &[Value]) -> Vec<&Value> {
    of_type(events, "hook_finished").into_iter().filter(|event| event["plugin"] == "hostile").collect()
}

#[test]
fn a_failing_hook_is_told_and_the_run_goes_on() {
    for place in EVERYWHERE {
        for (how, reason) in [("panic", "hostile panics in a hook"), ("fail", "hostile's hook fails")] {
            let project = project(place, &format!(r#"{{"hook": "{how}"}}"#));
            let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
            let deliveries = deliveries(&events);
            assert_eq!(deliveries.len(), 2, "before and after the workflow");
            for delivery in deliveries {
                assert_eq!(delivery["outcome"], "failed");
                assert!(delivery["reason"].as_str().unwrap().contains(reason), "{delivery}");
            }
            let end = events.last().unwrap();
            assert_eq!(end["status"], "completed");
            assert!(end["reason"].as_str().unwrap().contains(reason), "the run's end hides it: {end}");
            // The others' changes count all the same.
            assert_eq!(of_type(&events, "final_result")[0]["extra"]["signed_by"], "echo");
            assert_eq!(project.plugin("hostile")["state"], "active");
        }
    }
}

#[test]
fn a_failing_hook_whose_policy_is_abort_ends_the_run() {
    for how in EVERYWHERE {
        let project = project(how, r#"{"hook": "panic", "on_failure": "abort"}"#);
        let ended = project.run(["run", "chorus", "x", "--json"]).assert_exit(1);
        let events = ended.run();
        let reason = events.last().unwrap()["reason"].as_str().unwrap();
        assert!(reason.contains("its policy is to abort") && reason.contains("hostile panics in a hook"), "{reason}");
        assert!(of_type(&events, "agent_started").is_empty(), "the workflow ran all the same");
        assert!(of_type(&events, "final_result").is_empty());
    }
}

#[test]
fn a_hook_that_never_returns_in_the_hosts_process_costs_its_plugin_and_not_the_run() {
    let project = project("trust", r#"{"hook": "hang"}"#);
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    let deliveries = deliveries(&events);
    assert_eq!(deliveries[0]["outcome"], "timed_out");
    assert!(deliveries[0]["reason"].as_str().unwrap().contains("did not return within 1s"), "{deliveries:?}");
    assert_eq!(deliveries.len(), 1, "a plugin in quarantine is called again");
    let end = events.last().unwrap();
    assert_eq!(end["status"], "completed");
    assert!(end["reason"].as_str().unwrap().contains("did not return within 1s"), "{end}");
    assert_eq!(of_type(&events, "final_result")[0]["results"]["greeting"], "hello");

    let host = project.host_events();
    let quarantined = host.iter().find_map(|event| match &event.kind {
        EventKind::PluginState { state: PluginState::Quarantined, reason, remedy } => {
            Some((event.plugin.clone().unwrap().to_string(), reason.clone().unwrap(), remedy.is_some()))
        }
        _ => None,
    });
    let (plugin, reason, has_remedy) = quarantined.expect("no event tells of the quarantine");
    assert_eq!((plugin.as_str(), has_remedy), ("hostile", true));
    assert!(reason.contains("did not return within 1s"), "{reason}");
}

#[test]
fn a_hook_that_never_returns_ends_the_run_if_its_policy_is_abort() {
    for how in EVERYWHERE {
        let project = project(how, r#"{"hook": "hang", "on_failure": "abort"}"#);
        let ended = project.run(["run", "chorus", "x", "--json"]).assert_exit(1);
        let events = ended.run();
        let reason = events.last().unwrap()["reason"].as_str().unwrap();
        assert!(reason.contains("its policy is to abort") && reason.contains("did not return within 1s"), "{reason}");
        assert!(of_type(&events, "agent_started").is_empty());
    }
}

#[test]
fn a_hung_hook_holds_up_no_cancellation() {
    for how in EVERYWHERE {
        let project = Project::new();
        // Long enough that it is certainly not the handler's time limit that ends the run.
        project.write("config/orchestrator.yaml", "hook_timeout: 1h\n");
        project.add_allowed(how, "echo", "{}");
        project.add_allowed(how, "hostile", r#"{"hook": "hang"}"#);
        let mut live = Live::start(&project, ["run", "chorus", "x", "--json"]);
        live.wait_for("the hook's start", |event| event["type"] == "hook_started" && event["plugin"] == "hostile");
        live.signal(rustix::process::Signal::INT);
        let events = live.finish().assert_exit(130).run();
        assert_eq!(events.last().unwrap()["reason"], "cancelled by Ctrl-C");
    }
}
