//! What plugins may do.

use serde_json::{Value, json};

use super::bench::Serving;

const EXECUTE: &str = "/api/v1/permissions/echo/execute_agent";

fn state(serving: &Serving) -> Value {
    let all = serving.get("/api/v1/permissions").expect(200);
    let is_it = |one: &&Value| one["plugin"] == "echo" && one["permission"] == "execute_agent";
    all.as_array().unwrap().iter().find(is_it).unwrap()["state"].clone()
}

#[test]
fn a_permission_is_revoked_answered_and_reset_and_the_audit_log_tells() {
    let (_project, serving) = Serving::echo();
    assert_eq!(state(&serving), "granted");
    serving.delete(EXECUTE).expect(200);
    assert_ne!(state(&serving), "granted");
    let run = serving.chorus("x", "echo");
    assert_eq!(serving.ndjson(run).last().unwrap()["status"], "denied");

    serving.put(EXECUTE, json!({"answer": "always"})).expect(200);
    assert_eq!(state(&serving), "granted");
    let run = serving.chorus("x", "echo");
    assert_eq!(serving.ndjson(run).last().unwrap()["status"], "completed");

    serving.put(EXECUTE, json!({"answer": "deny"})).expect(200);
    assert_eq!(state(&serving), "denied");
    serving.post(&format!("{EXECUTE}/reset"), None).expect(200);
    assert_eq!(state(&serving), "requested");

    let newest = serving.get("/api/v1/audit?plugin=echo&limit=1").expect(200);
    assert_eq!(newest.as_array().unwrap().len(), 1);
    assert_eq!((&newest[0]["what"], &newest[0]["permission"]), (&json!("reset"), &json!("execute_agent")));
    serving.get("/api/v1/audit?plugin=nobody").problem(404);
}

#[test]
fn a_grant_for_one_run_counts_in_that_run_and_a_slip_of_the_pen_is_none() {
    let (_project, serving) = Serving::echo();
    serving.delete(EXECUTE).expect(200);
    let start = |plugin: &str| {
        let grants = json!([{"plugin": plugin, "permission": "execute_agent"}]);
        json!({"workflow_type": "chorus", "requirements": "x", "grants": grants})
    };
    serving.post("/api/v1/runs", Some(start("ecko"))).problem(404);
    serving.put("/api/v1/permissions/ecko/execute_agent", json!({"answer": "once"})).problem(404);
    serving.put("/api/v1/permissions/echo/spawn", json!({"answer": "once"})).problem(400);
}
