use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Document, pointer};

fn document(text: &str) -> Document {
    Document::parse(text).unwrap()
}

#[test]
fn a_value_knows_its_place_in_characters() {
    let document = document("{\n  \"é\": \"ü\", \"b\": [1,\n {\"c/d\": true}]\n}");
    let at = |pointer: &str| (document.spot(pointer).line, document.spot(pointer).column);
    assert_eq!(at("/é"), (2, 8));
    assert_eq!(at("/b/0"), (2, 19));
    assert_eq!(at("/b/1/c~1d"), (3, 10));
    assert_eq!(at("/b/1/none/here"), (3, 2));
    assert_eq!((document.spot_of_name("/b").column, document.spot_of_name("/b/0").column), (13, 19));
}

#[test]
fn faults_are_told_with_their_place() {
    let fault = |text: &str| Document::parse(text).unwrap_err();
    let twice = fault("{\"a\": 1,\n \"a\": 2}");
    assert_eq!((twice.message.as_str(), twice.at.line, twice.at.column), ("has the key `a` twice", 2, 2));
    let missing = fault("{\n \"ü\" 1}");
    assert_eq!((missing.at.line, missing.at.column), (2, 6));
    assert!(fault(&"[".repeat(200)).message.starts_with("is not JSON"));
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert!(fault(&deep).message.contains("nested"));
    assert!(fault(&format!("[{}1]", "1,".repeat(60_000))).message.contains("values"));
}

#[test]
fn a_change_leaves_the_rest_as_it_was_written() {
    let text = "{ \"a\":1,\n  \"list\": [ 1, 2 ],\n\t\"b\" : {}\n}\n";
    let set = |pointer: &str, value: Value| document(text).set(pointer, &value).unwrap();
    assert_eq!(set("/a", json!("x")), text.replace(":1", ":\"x\""));
    assert_eq!(set("/list/-", json!(3)), text.replace("2 ]", "2, 3 ]"));
    assert_eq!(set("/b/c", json!(true)), text.replace("{}", "{\n\t  \"c\": true\n\t}"));
    assert_eq!(set("/new", json!(null)), text.replace("{}\n", "{},\n  \"new\": null\n"));
    assert_eq!(document(text).remove("/a").unwrap(), text.replace("\"a\":1,\n  ", ""));
    assert_eq!(document(text).remove("/list/0").unwrap(), text.replace("1, ", ""));
    assert_eq!(document(text).remove("/b").unwrap(), text.replace(",\n\t\"b\" : {}", ""));
    assert!(document(text).remove("/none").is_err() && document(text).set("/a/b", &json!(1)).is_err());
    assert!(document(text).set("/list/7", &json!(1)).is_err());
}

#[test]
fn people_say_dotted_names() {
    assert_eq!(pointer::of_words("retry.attempts"), "/retry/attempts");
    assert_eq!(pointer::of_words("/a.b/c"), "/a.b/c");
    assert_eq!(pointer::words("/servers/2/host"), "servers[2].host");
    assert!(pointer::is_within("/a/b", "/a") && !pointer::is_within("/ab", "/a"));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c/~\"é ]{0,3}", inner, 0..4)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d/~]{1,2}", any_value(), 0..4).prop_map(|m| Value::Object(Map::from_iter(m)))
}

proptest! {
    /// What is set is what is then there, and nothing else has changed.
    #[test]
    fn setting_changes_exactly_one_value(before in any_object(), name in "[a-d/~]{1,2}", value in any_value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&before).unwrap() } else { before.to_string() };
        let target = pointer::child("", &name);
        let after = document(&text).set(&target, &value).unwrap();
        let mut expected = before.clone();
        expected.as_object_mut().unwrap().insert(name.clone(), value);
        let changed = document(&after);
        prop_assert_eq!(changed.value(), &expected);
        let removed = changed.remove(&target).unwrap();
        expected.as_object_mut().unwrap().shift_remove(&name);
        let removed = document(&removed);
        prop_assert_eq!(removed.value(), &expected);
    }

    /// Taken apart value by value and put together again, a document is the same.
    #[test]
    fn a_document_is_the_sum_of_its_leaves(value in any_object()) {
        let document = document(&value.to_string());
        let mut again = super::Document::parse("{}").unwrap();
        for (pointer, leaf) in pointer::leaves(document.value()) {
            again = super::Document::parse(&again.set(&pointer, leaf).unwrap()).unwrap();
        }
        prop_assert_eq!(again.value(), &value);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:a1\\\\ \n]{0,40}") {
        let _ = Document::parse(&text);
    }
}
