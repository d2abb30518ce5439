//! Plugins' routes, called without a server.

use serde_json::json;

use super::hook_bench::{Kind, add, each, noted, project};

#[test]
fn a_route_is_listed_called_and_needs_its_permission() {
    let project = project();
    add(&project, Kind::Native, "pinged", &json!({}));
    project.run(["api", "list"]).assert_exit(0).assert_out("/pinged/ping").assert_out("Answers `pong`");
    let answer = project.run(["api", "call", "get", "/pinged/ping", "--json"]).assert_exit(0).json();
    assert_eq!(
        (&answer["status"], &answer["body"], &answer["plugin"]),
        (&json!(200), &json!("pong"), &json!("pinged"))
    );
    project.run(["api", "call", "POST", "/pinged/ping"]).assert_exit(2).assert_err("takes GET only");
    project.run(["api", "call", "GET", "/nowhere"]).assert_exit(2).assert_err("no active plugin has a route");

    project.run(["permission", "revoke", "pinged", "access_api"]).assert_exit(0);
    let refused = project.run(["api", "call", "GET", "/pinged/ping"]).assert_exit(3);
    refused.assert_err("pinged lacks permission: access_api");
}

#[test]
fn api_hooks_see_a_request_without_credentials_and_may_change_or_deny_it() {
    let project = project();
    add(&project, Kind::Native, "pinged", &json!({}));
    let hooks = ["pre_api_request", "post_api_request"];
    add(&project, Kind::Native, "watcher", &each(&hooks, "nothing"));
    let call = ["api", "call", "GET", "/pinged/ping?a=1", "--header", "Authorization: secret", "--header", "x: y"];
    project.run(call).assert_exit(0).assert_out("pong");
    let noted = noted(&project, "watcher");
    let request = json!({
        "plugin": "pinged", "method": "GET", "path": "/pinged/ping", "query": "a=1", "headers": [["x", "y"]], "body": "",
    });
    let response = json!({"status": 200, "headers": [], "body": "pong"});
    let expected = [
        ("pre_api_request".to_owned(), vec![request.clone()]),
        ("post_api_request".to_owned(), vec![request, response]),
    ];
    assert_eq!(noted, expected);

    project.write("config/plugins/watcher.json", &each(&["pre_api_request"], "deny").to_string());
    project.run(call).assert_exit(3).assert_err("watcher denies");
}
