//! Runs: started, looked at, cancelled.

use serde_json::{Value, json};

use super::bench::Serving;
use crate::support::{of_type, output_of};

#[test]
fn a_run_is_started_followed_and_kept() {
    let (project, serving) = Serving::echo();
    let body = json!({"workflow_type": "chorus", "requirements": "one\ntwo"});
    let started = serving.post("/api/v1/runs", Some(body));
    let run = started.expect(201)["run"].as_u64().unwrap();
    assert_eq!(started.header("location"), format!("/api/v1/runs/{run}"));
    let events = serving.ndjson(run);
    assert_eq!(events.last().unwrap()["type"], "run_finished");
    assert_eq!(output_of(&events, "upper"), "ONE\nTWO\n");
    let stored = project.run(["runs", "show", &run.to_string(), "--json"]).assert_exit(0).run();
    assert_eq!(events, stored, "what is sent is what is stored");

    let view = serving.get(started.header("location")).expect(200);
    assert_eq!((&view["status"], &view["last_seq"]), (&json!("completed"), &json!(events.len())));
    assert_eq!(serving.get("/api/v1/runs?limit=1").expect(200)[0], view);
    assert_eq!(serving.get("/api/v1/runs?limit=0").expect(200), json!([]));
}

#[test]
fn the_trace_of_a_run_tells_what_each_handler_changed() {
    let (_project, serving) = Serving::echo();
    let run = serving.chorus("x", "echo");
    let events = serving.ndjson(run);
    let trace = serving.get(&format!("/api/v1/runs/{run}/hooks")).expect(200);
    let deliveries = trace["deliveries"].as_array().unwrap();
    let finished = of_type(&events, "hook_finished");
    let seqs = |all: &[&Value]| all.iter().map(|one| one["seq"].clone()).collect::<Vec<_>>();
    assert_eq!(seqs(&deliveries.iter().collect::<Vec<_>>()), seqs(&finished));
    assert_eq!(trace["next"], Value::Null);
    let greet = deliveries.iter().find(|one| one["handler"] == "greet").unwrap();
    assert_eq!(greet["outcome"], "changed");
    let body = |which: &str| {
        let hash = greet[which]["hash"].as_str().unwrap();
        serving.get(&format!("/api/v1/bodies/{hash}")).expect(200)
    };
    assert_eq!((&body("before")["greeting"], &body("after")["greeting"]), (&Value::Null, &json!("hello")));
    serving.get("/api/v1/bodies/sha256:00").problem(404);
    serving.get("/api/v1/runs/99/hooks").problem(404);
}

#[test]
fn a_run_is_cancelled_once_and_one_that_is_over_can_not_be() {
    let (_project, serving) = Serving::echo();
    let run = serving.chorus("x", "slow");
    serving.post(&format!("/api/v1/runs/{run}/cancel"), None).expect(200);
    let last = serving.ndjson(run).pop().unwrap();
    assert_eq!(last["status"], "cancelled");
    assert!(last["reason"].as_str().unwrap().contains("the HTTP API"), "{last}");
    serving.post(&format!("/api/v1/runs/{run}/cancel"), None).problem(409);
    serving.post("/api/v1/runs/99/cancel", None).problem(404);
}

#[test]
fn an_agent_is_run_alone() {
    let (_project, serving) = Serving::echo();
    let started = serving.post("/api/v1/agents/upper/runs", Some(json!({"task": "x", "timeout_ms": 60_000})));
    let run = started.expect(201)["run"].as_u64().unwrap();
    assert_eq!(started.header("location"), format!("/api/v1/runs/{run}"));
    assert_eq!(output_of(&serving.ndjson(run), "upper"), "X\n");
    serving.post("/api/v1/agents/nobody/runs", Some(json!({"task": "x"}))).problem(404);
    serving.post("/api/v1/runs", Some(json!({"workflow_type": "nothing", "requirements": "x"}))).problem(404);
}
