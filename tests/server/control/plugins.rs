//! Plugins, and what they contribute.

use serde_json::{Value, json};

use super::bench::{Serving, named};
use crate::support::Project;

fn handlers(serving: &Serving, plugin: &str) -> usize {
    let hooks = serving.get("/api/v1/hooks").expect(200);
    hooks.as_array().unwrap().iter().filter(|hook| hook["plugin"] == plugin).count()
}

#[test]
fn what_there_is_is_listed_as_the_command_line_lists_it() {
    let (project, serving) = Serving::echo();
    assert_eq!(serving.get("/api/v1/ready").expect(200), json!({"ready": true, "loading": []}));
    let plugins = serving.get("/api/v1/plugins").expect(200);
    assert_eq!(named(&plugins, "echo")["state"], "active");
    let echo = serving.get("/api/v1/plugins/echo").expect(200);
    assert_eq!((&echo["summary"]["name"], &echo["policy"]), (&json!("echo"), &json!("hold")));
    for (path, args) in [("agents", "agent"), ("workflows", "workflow"), ("hooks", "hook"), ("runs", "runs")] {
        let told = serving.get(&format!("/api/v1/{path}")).expect(200);
        assert_eq!(told, project.run([args, "list", "--json"]).assert_exit(0).json(), "{path}");
    }
    assert_eq!(serving.get("/api/v1/plugins/nobody").problem(404)["remedy"], "see `orchestrator plugin list`");
}

#[test]
fn a_plugin_that_is_disabled_is_stopped_and_what_it_contributed_is_gone_at_once() {
    let project = Project::new();
    project.add_approved("echo", "{\n  \"extra\": [1, 2]\n}\n");
    project.add_approved("hooking", "{}");
    let serving = Serving::start(&project);
    let routes = |serving: &Serving| serving.get("/api/v1/routes").expect(200).as_array().unwrap().len();
    assert!(handlers(&serving, "echo") > 0 && routes(&serving) > 0);

    serving.post("/api/v1/plugins/echo/disable", None).expect(200);
    assert_eq!(handlers(&serving, "echo"), 0);
    assert_eq!(serving.get("/api/v1/plugins/echo").expect(200)["summary"]["state"], "disabled");
    let start = json!({"workflow_type": "chorus", "requirements": "x"});
    let refused = serving.post("/api/v1/runs", Some(start.clone()));
    assert!(refused.status >= 400, "{}", refused.text);
    let file = project.dir().join("config/plugins/echo.json");
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains("\"extra\": [1, 2]") && saved.contains("\"enabled\": false"), "{saved}");

    serving.post("/api/v1/plugins/echo/enable", None).expect(200);
    assert!(handlers(&serving, "echo") > 0);
    serving.post("/api/v1/runs", Some(start)).expect(201);

    serving.post("/api/v1/plugins/hooking/disable", None).expect(200);
    assert_eq!(routes(&serving), 0);
    std::fs::write(&file, "{").unwrap();
    assert!(serving.post("/api/v1/plugins/echo/enable", None).problem(409)["detail"].is_string());
}

#[test]
fn plugins_are_approved_loaded_unloaded_and_reloaded() {
    let project = Project::new();
    project.add_fixture("echo");
    let serving = Serving::start(&project);
    let state = || serving.get("/api/v1/plugins/echo").expect(200)["summary"]["state"].clone();
    assert_eq!(state(), "needs_approval");
    let held = serving.post("/api/v1/plugins/echo/load", None);
    assert_eq!(held.problem(502)["title"], "Bad Gateway", "what a plugin lacks is no fault of the server's");
    for (act, expected) in [("approve", "active"), ("unload", "stopped"), ("load", "active"), ("reload", "active")] {
        let done = serving.post(&format!("/api/v1/plugins/echo/{act}"), None).expect(200);
        assert!(done["message"].as_str().unwrap().starts_with("echo"), "{done}");
        assert_eq!(state(), expected, "{act}");
    }
    for act in ["load", "unload", "reload", "enable", "disable", "approve", "install"] {
        serving.post(&format!("/api/v1/plugins/nobody/{act}"), None).problem(404);
    }
}

#[test]
fn a_handler_is_switched_and_any_command_and_query_may_be_sent() {
    let (_project, serving) = Serving::echo();
    let path = "/api/v1/hooks/echo/pre_workflow_execution/greet";
    serving.put(path, json!({"enabled": false, "lasting": "session"})).expect(200);
    let greet = |hooks: Value| hooks.as_array().unwrap().iter().find(|hook| hook["handler"] == "greet").cloned();
    assert_eq!(greet(serving.get("/api/v1/hooks").expect(200)).unwrap()["enabled"], false);

    let on = json!({"command": "set_handler", "plugin": "echo", "hook": "pre_workflow_execution", "handler": "greet",
        "enabled": true, "lasting": "session"});
    assert_eq!(serving.post("/api/v1/commands", Some(on)).expect(200)["done"], "ok");
    let answer = serving.post("/api/v1/queries", Some(json!({"query": "hooks"}))).expect(200);
    assert_eq!(answer["answer"], "hooks");
    assert_eq!(greet(answer["value"].clone()).unwrap()["enabled"], true);
    let other = "/api/v1/hooks/echo/pre_workflow_execution/nobody";
    serving.put(other, json!({"enabled": false, "lasting": "session"})).problem(404);
}
