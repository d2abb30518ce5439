//! Requests that can't be answered, and what is said of each.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::bench::Serving;

#[test]
fn a_problem_names_the_field_that_is_wrong() {
    let (_project, serving) = Serving::echo();
    let told = |reply: super::bench::Reply, status: u16, part: &str| {
        let problem = reply.problem(status);
        assert!(problem["detail"].as_str().unwrap().contains(part), "`{part}` is not in {problem}");
    };
    told(serving.get("/api/v1/runs?limit=many"), 400, "limit");
    told(serving.get("/api/v1/runs?lmit=1"), 400, "lmit");
    told(serving.get("/api/v1/plugins?verbose=1"), 400, "verbose");
    told(serving.get("/api/v1/audit?plugin=No%20Name"), 400, "No Name");
    told(serving.get("/api/v1/runs/many"), 400, "many");
    told(serving.put("/api/v1/permissions/echo/fly", json!({"answer": "once"})), 400, "fly");
    told(serving.get("/api/v1/streams/x/events"), 400, "x");

    let start = |body: serde_json::Value| serving.post("/api/v1/runs", Some(body));
    told(start(json!({"requirements": "x"})), 422, "workflow_type");
    told(start(json!({"workflow_type": "chorus", "requirements": "x", "timeout": 1})), 422, "timeout");
    let grants = json!([{"plugin": "echo", "permission": "fly"}]);
    told(start(json!({"workflow_type": "chorus", "requirements": "x", "grants": grants})), 422, "grants[0].permission");
    told(serving.post("/api/v1/commands", Some(json!({"command": "dance"}))), 422, "dance");
    let send =
        |kind: &str, body: &str| serving.send("POST", "/api/v1/runs", &[("content-type", kind)], Some(body.to_owned()));
    told(send("application/json", "{\"workflow_type\": "), 400, "EOF");
    told(send("text/plain", "{}"), 415, "application/json");
    assert_eq!(serving.get("/api/v1/runs").expect(200), json!([]), "nothing was started");
}

#[test]
fn what_is_not_there_and_what_is_not_done_so_is_a_problem_too() {
    let (_project, serving) = Serving::echo();
    serving.get("/api/v1/nothing").problem(404);
    let other = serving.send("PATCH", "/api/v1/runs", &[], Some("{}".to_owned()));
    other.problem(405);
    assert!(other.header("allow").contains("POST"), "{}", other.header("allow"));
}

#[test]
fn no_query_upsets_it() {
    let (_project, serving) = Serving::echo();
    let paths = prop::sample::select(vec![
        "plugins",
        "plugins/echo",
        "plugins/echo/config",
        "permissions",
        "audit",
        "agents",
        "workflows",
        "runs",
        "hooks",
        "routes",
        "ready",
        "runs/1",
        "runs/1/hooks",
        "runs/1/events",
        "bodies/x",
    ]);
    let name =
        prop_oneof![Just("limit".to_owned()), Just("from".to_owned()), Just("plugin".to_owned()), "[a-z%=&0-9]{0,8}"];
    let value = prop_oneof!["[0-9]{0,22}", "-?[0-9]{1,3}", "[a-zA-Z0-9%+.]{0,12}"];
    let query = prop::collection::vec((name, value), 0..4);
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let asked = runner.run(&(paths, query), |(path, query)| {
        let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let reply = serving.get(&format!("/api/v1/{path}?{}", query.join("&")));
        prop_assert!(matches!(reply.status, 200 | 400 | 404), "{}: {}", reply.status, reply.text);
        if reply.status != 200 {
            reply.problem(reply.status);
        }
        Ok(())
    });
    asked.unwrap();
}
