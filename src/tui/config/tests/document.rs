//! Changes rewrite what they change and nothing else.

use serde_json::{Value, json};

use crate::tui::config::document::{Document, formatted};

const WRITTEN: &str =
    "{\n    \"b\": 1.50,\n\n    \"a\": [1,2,   3],\n    \"deep\": {\"x\": 123456789012345678901234567890}\n}\n";

fn changed(text: &str, change: impl FnOnce(&mut Document) -> bool) -> String {
    let mut document = Document::parse(text).unwrap();
    assert!(change(&mut document), "no change of {text}");
    let value: Value = serde_json::from_str(document.text()).unwrap();
    assert_eq!(document.get(""), Some(&value));
    document.text().to_owned()
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    let text = changed(WRITTEN, |document| document.set("/b", &json!(2)));
    assert_eq!(text, WRITTEN.replace("1.50", "2"));
    let text = changed(WRITTEN, |document| document.set("/a/1", &json!("two")));
    assert_eq!(text, WRITTEN.replace("[1,2,", "[1,\"two\","));
}

#[test]
fn a_new_key_comes_last_and_is_indented_like_the_others() {
    let text = changed(WRITTEN, |document| document.set("/new/er", &json!([true])));
    let end = ",\n    \"new\": {\n        \"er\": [\n            true\n        ]\n    }\n}\n";
    assert_eq!(text, WRITTEN.replace("\n}\n", end));
    assert_eq!(changed("{}\n", |document| document.set("/a", &json!(1))), "{\n  \"a\": 1\n}\n");
    assert_eq!(changed("{\"a\": {\"b\": 1}}", |d| d.set("/a/c", &json!(2))), "{\"a\": {\"b\": 1, \"c\": 2}}");
}

#[test]
fn what_is_removed_takes_its_comma_along() {
    assert_eq!(changed("{\n  \"a\": 1,\n  \"b\": 2\n}", |d| d.remove("/a")), "{\n  \"b\": 2\n}");
    assert_eq!(changed("{\n  \"a\": 1,\n  \"b\": 2\n}", |d| d.remove("/b")), "{\n  \"a\": 1\n}");
    assert_eq!(changed("[1]".replace("[1]", "{\"l\": [1, 2, 3]}").as_str(), |d| d.remove("/l/1")), "{\"l\": [1, 3]}");
    assert_eq!(changed("{\"l\": [ 1 ]}", |d| d.remove("/l/0")), "{\"l\": []}");
    assert_eq!(changed("{\"a\": 1, \"a\": 2, \"b\": 3}", |d| d.remove("/a")), "{\"b\": 3}");
}

#[test]
fn items_are_put_in_and_moved() {
    assert_eq!(changed("{\"l\": [1, 2]}", |d| d.insert("/l", 0, &json!(0))), "{\"l\": [0,1, 2]}");
    assert_eq!(changed("{\"l\": [\n  1,\n  2\n]}", |d| d.insert("/l", 1, &json!(9))), "{\"l\": [\n  1,\n  9,\n  2\n]}");
    assert_eq!(changed("{\"l\": [1, 2]}", |d| d.insert("/l", 2, &json!(3))), "{\"l\": [1, 2, 3]}");
    assert_eq!(changed("{\"l\": [1, {\"a\": 2}, 3]}", |d| d.swap("/l", 1, 2)), "{\"l\": [1, 3, {\"a\": 2}]}");
    assert_eq!(changed("{}", |d| d.insert("/l", 0, &json!(1))), "{\n  \"l\": [\n    1\n  ]\n}");
}

#[test]
fn nothing_is_set_in_what_is_no_object() {
    let mut document = Document::parse("{\"a\": 1, \"l\": []}").unwrap();
    assert!(!document.set("/a/b", &json!(1)));
    assert!(!document.set("/l/5", &json!(1)));
    assert!(!document.swap("/a", 0, 1));
    assert_eq!(document.text(), "{\"a\": 1, \"l\": []}");
}

#[test]
fn the_usual_form_changes_no_value() {
    let text = formatted(WRITTEN).unwrap();
    let usual = "{\n  \"b\": 1.50,\n  \"a\": [\n    1,\n    2,\n    3\n  ],\n  \"deep\": {\n    \
                 \"x\": 123456789012345678901234567890\n  }\n}\n";
    assert_eq!(text, usual);
    assert_eq!(formatted("{\"a\": [], \"b\": {}}").unwrap(), "{\n  \"a\": [],\n  \"b\": {}\n}\n");
}

#[test]
fn what_is_no_document_says_where() {
    let fault = Document::parse("{\n  \"ä\": \"ö\" 1\n}").unwrap_err();
    assert_eq!((fault.line, fault.column), (2, 12), "{fault:?}");
    assert!(Document::parse("[1]").unwrap_err().message.contains("this is a list"));
    assert_eq!(Document::parse("  \n").unwrap().text(), "{}\n");
}

#[test]
fn a_draft_stands_in_the_text_as_it_was_typed() {
    let document = Document::parse("{\n  \"a\": 1\n}").unwrap();
    assert_eq!(document.with_draft("/a", "[1, "), "{\n  \"a\": [1, \n}");
    assert_eq!(document.with_draft("/b", "nonsense"), "{\n  \"a\": 1,\n  \"b\": nonsense\n}");
}
