//! Plugins' config.

use serde_json::json;

use super::bench::Serving;

const CONFIG: &str = "/api/v1/plugins/echo/config";

#[test]
fn a_config_is_read_checked_and_saved_over_what_was_read_alone() {
    let (project, serving) = Serving::echo();
    let read = serving.get(CONFIG);
    let (view, tag) = (read.expect(200), read.header("etag").to_owned());
    assert_eq!(tag, format!("\"{}\"", view["revision"].as_str().unwrap()));

    let document = "{\"timeout\": 7}\n";
    let body = json!({"document": document}).to_string();
    let saved = serving.send("PUT", CONFIG, &[("if-match", &tag)], Some(body.clone())).expect(200);
    assert_eq!(saved["done"], "ok");
    assert_eq!(std::fs::read_to_string(project.dir().join("config/plugins/echo.json")).unwrap(), document);

    // What was made from the earlier one is not taken, unless it is to overwrite.
    let stale = serving.send("PUT", CONFIG, &[("if-match", &tag)], Some(body.clone()));
    assert!(stale.problem(412)["remedy"].is_string());
    let base = view["revision"].clone();
    let stale = json!({"document": "{\"timeout\": 8}\n", "base": base});
    serving.put(CONFIG, stale.clone()).problem(409);
    let mut over = stale;
    over["overwrite"] = json!(true);
    serving.put(CONFIG, over).expect(200);
    serving.send("PUT", CONFIG, &[("if-match", "*")], Some(body.clone())).expect(200);
    serving.send("PUT", CONFIG, &[("if-match", "a, b")], Some(body)).problem(400);
    assert_eq!(serving.get(CONFIG).expect(200)["document"], document);
}

#[test]
fn what_is_wrong_in_a_config_is_listed_with_its_place() {
    let (_project, serving) = Serving::echo();
    let document = "{\n  \"log_level\": \"LOUD\"\n}\n";
    let checked = serving.post(&format!("{CONFIG}/check"), Some(json!({"document": document}))).expect(200);
    assert_eq!((&checked[0]["pointer"], &checked[0]["line"]), (&json!("/log_level"), &json!(2)), "{checked}");
    let base = serving.get(CONFIG).expect(200)["revision"].clone();
    let refused = serving.put(CONFIG, json!({"document": document, "base": base})).problem(422);
    assert_eq!(refused["problems"], checked);
    assert_eq!(refused["type"], "/docs#problem-config");
    assert_eq!(serving.get(CONFIG).expect(200)["document"], "{}");
}
