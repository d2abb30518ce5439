//! What the server tells of itself.

use serde_json::Value;

use super::bench::{Client, Serving};
use crate::support::Project;

const SCHEMA: &str = include_str!("../../../src/server/openapi/schema/openapi-3.1.json");

#[test]
fn the_document_is_valid_and_has_the_plugins_routes_and_what_is_disabled_is_not_in_it() {
    let project = Project::new();
    project.add_approved("hooking", "{}");
    let serving = Serving::start(&project);
    let document = serving.get("/openapi.json").expect(200);
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().offline().build(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    let ping = &document["paths"]["/hooking/ping"]["get"];
    assert_eq!(ping["tags"], serde_json::json!(["hooking"]), "{}", document["paths"]);

    let printed = project.run(["serve", "openapi"]).assert_exit(0).json();
    assert_eq!(printed, document, "the same without a server");

    // Every resource without parameters is there.
    for (path, item) in document["paths"].as_object().unwrap() {
        let is_ours = path.starts_with("/api/v1/") && !path.contains('{') && !path.ends_with("/events");
        if is_ours && item.get("get").is_some() {
            serving.get(path).expect(200);
        }
    }
    serving.post("/api/v1/plugins/hooking/disable", None).expect(200);
    let without = serving.get("/openapi.json").expect(200);
    assert_eq!(without["paths"].get("/hooking/ping"), None);
}

#[test]
fn the_page_is_open_to_all_and_the_document_is_not() {
    let project = Project::new();
    let serving = Serving::start(&project);
    let page = serving.send("GET", "/docs", &[], None);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let stranger = Client { token: "wrong".to_owned(), ..serving.client.clone() };
    assert_eq!(stranger.send("GET", "/docs", &[], None).text, page.text);
    assert_eq!(stranger.get("/api/v1/health").expect(200)["status"], "alive");
    stranger.get("/openapi.json").problem(401);
    stranger.get("/api/v1/ready").problem(401);
}
