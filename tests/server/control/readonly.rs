//! A server that only looks.

use serde_json::json;

use super::bench::Serving;
use crate::support::Project;

#[test]
fn every_command_is_refused_in_words_and_everything_can_be_read() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["run", "chorus", "x"]).assert_exit(0);
    let serving = Serving::start_with(&project, &["--readonly"]);
    assert_eq!(serving.ndjson(1).last().unwrap()["type"], "run_finished");
    let before = serving.get("/api/v1/plugins/echo/config").expect(200);

    let refused = |reply: super::bench::Reply, what: &str| {
        let detail = reply.problem(403)["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("--readonly") && detail.contains(what), "{detail}");
    };
    refused(
        serving.post("/api/v1/runs", Some(json!({"workflow_type": "chorus", "requirements": "x"}))),
        "starting a run",
    );
    refused(serving.post("/api/v1/agents/upper/runs", Some(json!({"task": "x"}))), "starting a run");
    refused(serving.post("/api/v1/runs/1/cancel", None), "cancelling a run");
    for (act, what) in [
        ("load", "loading"),
        ("unload", "unloading"),
        ("reload", "reloading"),
        ("enable", "saving a config"),
        ("disable", "saving a config"),
        ("approve", "approving"),
        ("install", "installing"),
    ] {
        refused(serving.post(&format!("/api/v1/plugins/echo/{act}"), None), what);
    }
    refused(
        serving.put("/api/v1/plugins/echo/config", json!({"document": "{}", "overwrite": true})),
        "saving a config",
    );
    let permission = "/api/v1/permissions/echo/execute_agent";
    refused(serving.put(permission, json!({"answer": "always"})), "answering");
    refused(serving.delete(permission), "revoking");
    refused(serving.post(&format!("{permission}/reset"), None), "forgetting");
    let switch = json!({"enabled": false, "lasting": "always"});
    refused(serving.put("/api/v1/hooks/echo/pre_workflow_execution/greet", switch), "handler");
    refused(serving.post("/api/v1/commands", Some(json!({"command": "trust_plugin", "plugin": "echo"}))), "trusting");
    assert_eq!(serving.get("/api/v1/plugins/echo/config").expect(200), before);
}
