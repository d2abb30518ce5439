//! That the whole is valid, and that no document of a plugin's makes it otherwise.

use serde_json::{Value, json};

use super::check;
use super::merge::merged;
use crate::orchestrator::api::{PluginRoute, RouteDocument};

fn route(plugin: &str, method: &str, path: &str) -> PluginRoute {
    let route = json!({"plugin": plugin, "method": method, "path": path, "description": "Says\u{1b}[31m something"});
    serde_json::from_value(route).unwrap()
}

fn document(plugin: &str, document: Value) -> RouteDocument {
    RouteDocument { plugin: plugin.parse().unwrap(), document }
}

/// As FastAPI writes one.
fn notes() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "servers": [{"url": "https://elsewhere.example"}],
        "paths": {
            "/notes/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "get": {
                    "operationId": "read", "tags": ["own"], "security": [{"other": []}], "summary": "Read a note",
                    "responses": {"200": {"description": "It", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Note"}}}}},
                },
            },
            "/api/v1/runs": {"get": {"summary": "Mine now", "responses": {}}},
            "/elsewhere": {"get": {"responses": {}}},
        },
        "components": {
            "schemas": {
                "Note": {"type": "object", "properties": {
                    "value": {"$ref": "#/components/schemas/Problem"},
                    "next": {"$ref": "#/components/schemas/Note"},
                    "lost": {"$ref": "#/components/schemas/Lost"},
                    "far": {"$ref": "https://elsewhere.example/schema.json"},
                }, "default": {"$ref": "file:///etc/passwd"}},
                "Problem": {"type": "string", "$id": "https://spec.openapis.org/oas/3.1/schema/2022-10-07"},
            },
            "securitySchemes": {"other": {"type": "http", "scheme": "basic"}},
        },
    })
}

/// References that lead nowhere.
fn lost(whole: &Value) -> Vec<String> {
    fn walk(value: &Value, whole: &Value, lost: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref").and_then(Value::as_str)
                    && target.strip_prefix('#').and_then(|at| whole.pointer(at)).is_none()
                {
                    lost.push(target.to_owned());
                }
                fields.values().for_each(|value| walk(value, whole, lost));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, whole, lost)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(whole, whole, &mut all);
    all
}

#[track_caller]
fn assert_whole(whole: &Value) {
    check::check(whole).unwrap();
    assert_eq!(lost(whole), [""; 0]);
}

#[test]
fn the_servers_own_document_is_valid_and_tells_what_each_operation_is() {
    let whole = merged(&[], &[]);
    assert_whole(&whole);
    assert_eq!(whole["openapi"], "3.1.0");
    assert_eq!(whole["info"]["version"], env!("CARGO_PKG_VERSION"));
    let known: Vec<&str> = whole["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = Vec::new();
    for (path, item) in whole["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{at}");
            assert!(known.contains(&operation["tags"][0].as_str().unwrap()), "{at}");
            assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Problem", "{at}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path = parameters.iter().filter(|one| one["in"] == "path");
            let told: Vec<&str> = in_path.map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(told, super::template::names(path), "{at}");
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operationId is there twice");
}

#[test]
fn a_plugins_document_comes_in_under_names_of_its_own() {
    let own = merged(&[], &[]);
    let routes = [route("notes", "GET", "/notes/{id:int}"), route("notes", "POST", "/notes")];
    let whole = merged(&routes, &[document("notes", notes())]);
    assert_whole(&whole);
    let read = &whole["paths"]["/notes/{id}"]["get"];
    assert_eq!((&read["operationId"], &read["tags"]), (&json!("notes.read"), &json!(["notes"])));
    assert_eq!(read["parameters"][0]["schema"]["type"], "integer");
    assert_eq!(read.get("security"), None);
    let answered = "/responses/200/content/application~1json/schema/$ref";
    assert_eq!(read.pointer(answered).unwrap(), "#/components/schemas/notes.Note");
    let note = &whole["components"]["schemas"]["notes.Note"];
    assert_eq!(note["properties"]["value"]["$ref"], "#/components/schemas/notes.Problem");
    assert_eq!(note["properties"]["lost"], json!({}));
    assert_eq!(note["properties"]["far"], json!({}));
    assert_eq!(note["default"], json!({}));
    assert_eq!(whole["components"]["schemas"]["notes.Problem"], json!({"type": "string"}));
    // Nobody else's changed, and what it does not have is not told.
    assert_eq!(whole["components"]["schemas"]["Problem"], own["components"]["schemas"]["Problem"]);
    assert_eq!(whole["components"]["securitySchemes"], own["components"]["securitySchemes"]);
    assert_eq!(whole["paths"]["/api/v1/runs"], own["paths"]["/api/v1/runs"]);
    assert_eq!(whole["paths"].get("/elsewhere"), None);
    assert_eq!(whole.get("servers"), own.get("servers"));
    // What its document does not tell of is told as its router has it, cleaned.
    assert_eq!(whole["paths"]["/notes"]["post"]["summary"], "Says something");
}

#[test]
fn two_plugins_with_the_same_names_stand_beside_each_other() {
    let other = json!({
        "openapi": "3.1.0", "info": {"title": "Other", "version": "1"},
        "paths": {"/other": {"get": {"operationId": "read", "responses": {"200": {"description": "It", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}}}}},
        "components": {"schemas": {"Note": {"type": "boolean"}}},
    });
    let mut shadowed = route("other", "GET", "/notes/{key}");
    shadowed.shadowed_by = Some("notes".parse().unwrap());
    let routes = [route("notes", "*", "/notes/{id}"), shadowed, route("other", "GET", "/other")];
    let whole = merged(&routes, &[document("notes", notes()), document("other", other)]);
    assert_whole(&whole);
    let schemas = &whole["components"]["schemas"];
    assert_eq!((&schemas["notes.Note"]["type"], &schemas["other.Note"]["type"]), (&json!("object"), &json!("boolean")));
    assert_eq!(whole["paths"]["/other"]["get"]["operationId"], "other.read");
    assert_eq!(whole["paths"].get("/notes/{key}"), None);
    let methods: Vec<&String> = whole["paths"]["/notes/{id}"].as_object().unwrap().keys().collect();
    assert_eq!(methods, ["get", "post", "put", "patch", "delete"], "any method");
}

#[test]
fn a_document_that_is_none_is_left_out_and_its_routes_are_told_all_the_same() {
    let path = |operation: Value| {
        let mut whole = notes();
        whole["paths"]["/notes/{id}"]["get"] = operation;
        whole
    };
    let mut deep = json!({});
    for _ in 0..60 {
        deep = json!({"items": deep});
    }
    let mut bad_schema = notes();
    bad_schema["components"]["schemas"]["Note"] = json!({"type": "whatever"});
    let mut deep_schema = notes();
    deep_schema["components"]["schemas"]["Note"] = deep;
    let mut long = notes();
    long["components"]["schemas"]["Note"]["description"] = Value::String("x".repeat(3_000_000));
    let mut many = notes();
    many["components"]["schemas"]["Note"]["enum"] = (0..60_000).map(Value::from).collect();
    let mut old = notes();
    old["openapi"] = json!("3.0.2");
    let hostile = [
        Value::Null,
        json!("openapi"),
        json!({}),
        old,
        path(json!({"responses": []})),
        path(json!({"responses": {"nonsense": {"description": ""}}})),
        path(json!({"responses": {}, "parameters": [{"name": 1}]})),
        path(json!({"responses": {}, "parameters": {"a": 1}, "requestBody": 3})),
        path(json!({"responses": {"200": {"description": "", "content": {"a/b": {"schema": {"type": 5}}}}}})),
        bad_schema,
        deep_schema,
        long,
        many,
    ];
    let routes = [route("notes", "GET", "/notes/{id}")];
    for (n, hostile) in hostile.into_iter().enumerate() {
        let whole = merged(&routes, &[document("notes", hostile)]);
        assert_whole(&whole);
        assert_eq!(whole["paths"]["/notes/{id}"]["get"]["summary"], "Says something", "{n}");
        assert_eq!(whole["components"]["schemas"].get("notes.Note"), None, "{n}");
    }
}

#[test]
fn odd_paths_and_methods_are_no_harm() {
    let routes = [
        route("notes", "GET", "/api/v1/plugins"),
        route("notes", "GET", "/docs"),
        route("notes", "GET", "//elsewhere.example/x"),
        route("notes", "QUERY", "/odd"),
        route("notes", "GET", "/a/{x}"),
        route("notes", "GET", "/a/{y}"),
        route("notes", "GET", "/b/{x"),
        route("notes", "GET", "relative"),
    ];
    let own = merged(&[], &[]);
    let whole = merged(&routes, &[]);
    assert_whole(&whole);
    let added: Vec<&String> =
        whole["paths"].as_object().unwrap().keys().skip(own["paths"].as_object().unwrap().len()).collect();
    assert_eq!(added, ["/a/{x}", "/b/{x}"]);
    assert_eq!(whole["paths"]["/api/v1/plugins"], own["paths"]["/api/v1/plugins"]);
}
