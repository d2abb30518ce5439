use std::time::Duration;

use serde_json::{Value, json};

use super::{FieldKind, Schema, classify, defaults, secret};

fn messages(schema: &Value, document: &Value) -> Vec<String> {
    let found = Schema::compile(schema).unwrap().check(document, &[]).unwrap();
    found.into_iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
}

fn fault(schema: Value) -> String {
    match Schema::compile(&schema) {
        Ok(schema) => schema.check(&json!({}), &[]).unwrap_err().0,
        Err(fault) => fault.0,
    }
}

/// What has to end does so long before this, or the test fails.
fn in_time(work: impl FnOnce() + Send + 'static) {
    let (done, wait) = std::sync::mpsc::channel();
    // As much stack as a worker has.
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    thread
        .spawn(move || {
            work();
            let _ = done.send(());
        })
        .unwrap();
    wait.recv_timeout(Duration::from_secs(60)).unwrap();
}

#[test]
fn what_is_wrong_is_said_with_what_is_allowed() {
    let schema = json!({
        "type": "object",
        "required": ["api_key", "mode"],
        "additionalProperties": false,
        "properties": {
            "api_key": {"type": "string", "description": "from your account"},
            "mode": {"enum": ["fast", "thorough"]},
            "retries": {"type": "integer", "minimum": 0, "maximum": 10},
            "name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2},
            "mail": {"type": "string", "format": "email"},
            "servers": {"type": "array", "maxItems": 1, "items": {"type": "object", "properties": {
                "port": {"type": ["integer", "null"], "exclusiveMaximum": 65536}}}},
            "size": {"anyOf": [{"type": "integer", "maximum": 9}, {"const": "auto"}]},
        },
    });
    let document = json!({
        "mode": "quick", "retries": 12, "name": "X", "retrys": 1, "mail": "nobody",
        "servers": [{"port": "80"}, {"port": 70000}], "size": 10,
    });
    let mut found = messages(&schema, &document);
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn both_drafts_are_understood() {
    let new = json!({"prefixItems": [{"type": "integer"}], "items": false});
    assert_eq!(messages(&json!({"properties": {"a": new}}), &json!({"a": [1, 2]})).len(), 1);
    let old = json!({"$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {"a": {"items": [{"type": "integer"}], "additionalItems": false}}});
    assert_eq!(messages(&old, &json!({"a": [1, 2]})).len(), 1);
    assert!(
        messages(&json!({"properties": {"a": {"format": "password", "type": "string"}}}), &json!({"a": "b"}))
            .is_empty()
    );
}

#[test]
fn a_wrong_schema_says_where_it_is_wrong() {
    let said = fault(json!({"properties": {"a": {"type": "strin"}}}));
    assert!(
        said.contains("at /properties/a/type: ") && said.contains("\"strin\"") && said.contains("\"integer\""),
        "{said}"
    );
    assert!(fault(json!({"properties": {"a": {"pattern": "("}}})).contains("/properties/a/pattern"));
    // Only what is matched in linear time.
    assert!(fault(json!({"properties": {"a": {"pattern": "^(?!x)(a+)+$"}}})).contains("pattern"));
    assert!(fault(json!({"required": "a"})).contains("/required"));
    assert!(fault(json!({"$ref": "#/$defs/none"})).contains("none"));
}

#[test]
fn no_reference_leaves_the_schema() {
    for reference in ["file:///etc/passwd", "http://127.0.0.1:1/schema", "other.json", "https://json-schema.org/x"] {
        assert!(fault(json!({"$ref": reference})).contains("leads out of it"), "{reference}");
    }
    let moved = json!({"properties": {"a": {"$id": "file:///etc/", "properties": {"b": {"$ref": "#x"}}}}});
    assert!(fault(moved).contains("`$id`"));
    // The name of a property is no reference.
    assert!(messages(&json!({"properties": {"$ref": {"type": "string"}}}), &json!({"$ref": "x"})).is_empty());
}

#[test]
fn a_schema_can_not_keep_the_host_busy() {
    in_time(|| {
        // Each part asks for the next one twice.
        let chain = |keyword: &str| {
            let mut parts = serde_json::Map::new();
            for index in 0..40 {
                let next = json!({"$ref": format!("#/$defs/p{}", index + 1)});
                parts.insert(format!("p{index}"), json!({keyword: [next, next]}));
            }
            parts.insert("p40".to_owned(), json!({"type": "object"}));
            json!({"$ref": "#/$defs/p0", "$defs": parts})
        };
        assert!(fault(chain("allOf")).contains("too long"));
        assert!(fault(chain("anyOf")).contains("too long"));
        // It goes twice into each level of a document.
        let twice = json!({"allOf": [
            {"properties": {"a": {"$ref": "#"}}}, {"additionalProperties": {"$ref": "#"}}, {"required": ["b"]}]});
        let deep = (0..50).fold(json!({}), |inner, _| json!({"a": inner}));
        assert!(Schema::compile(&twice).unwrap().check(&deep, &[]).unwrap_err().0.contains("too long"));
        let pattern = json!({"properties": {"a": {"pattern": "^(a+)+$"}}});
        let text = format!("{}!", "a".repeat(100_000));
        assert_eq!(messages(&pattern, &json!({"a": text})).len(), 1);
        assert!(fault(json!({"properties": {"a": {"pattern": "((a{1000}){1000}){1000}"}}})).contains("pattern"));
    });
}

#[test]
fn a_schema_is_neither_huge_nor_deep_nor_endless() {
    in_time(|| {
        let deep = (0..200).fold(json!({}), |inner, _| json!({"not": inner}));
        assert!(fault(deep).contains("nested"));
        assert!(fault(json!({"enum": vec![1; 30_000]})).contains("values"));
        assert!(fault(json!({"$ref": "#"})).contains("itself"));
        assert!(
            fault(json!({"$ref": "#/$defs/a", "$defs": {
            "a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}}))
            .contains("itself")
        );
        for backwards in [false, true] {
            let mut order: Vec<usize> = (0..3000).collect();
            if backwards {
                order.reverse();
            }
            let parts = order.iter().map(|index| {
                (
                    format!("p{index}"),
                    json!({"properties": {"a": {"$ref": format!("#/$defs/p{}", (index + 1).min(2999))}}}),
                )
            });
            let parts: serde_json::Map<String, Value> = parts.collect();
            let uses: serde_json::Map<String, Value> =
                order.iter().map(|index| (format!("u{index}"), json!({"$ref": format!("#/$defs/p{index}")}))).collect();
            assert!(fault(json!({"properties": uses, "$defs": parts})).contains("schemas deep"), "{backwards}");
        }
        // What nests by itself in the document is fine.
        let tree = json!({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "v": {"type": "integer"}}});
        let document = (0..60).fold(json!({"v": "x"}), |inner, _| json!({"left": inner, "right": {"v": 1}}));
        assert_eq!(messages(&tree, &document).len(), 1);
    });
}

#[test]
fn defaults_are_filled_in_within_objects_too() {
    let schema = json!({"properties": {
        "retry": {"type": "object", "properties": {"attempts": {"default": 3}, "wait": {"type": "number"}}},
        "cache": {"$ref": "#/$defs/cache"},
        "plain": {"type": "string"},
        "whole": {"default": {"a": 1}, "properties": {"b": {"default": 2}}},
    }, "$defs": {"cache": {"properties": {"size": {"default": 10}}}}});
    let mut values = json!({"cache": {"size": 20}}).as_object().unwrap().clone();
    let filled = defaults::fill(&schema, &mut values);
    let expected = json!({"cache": {"size": 20}, "retry": {"attempts": 3}, "whole": {"a": 1, "b": 2}});
    assert_eq!(Value::Object(values), expected);
    assert_eq!(filled, ["/retry/attempts", "/whole", "/whole/b"]);
}

#[test]
fn secrets_are_known_by_format_by_keyword_and_by_name() {
    let schema = json!({"properties": {
        "pin": {"type": "string", "format": "password"},
        "note": {"type": "string", "writeOnly": true},
        "api_key": {"type": "string"},
        "max_tokens": {"type": "integer"},
        "use_password": {"type": "boolean"},
        "name": {"type": "string"},
        "db": {"properties": {"password": {"$ref": "#/$defs/text"}}},
        "servers": {"type": "array", "items": {"properties": {"token": {"type": "string"}}}},
        "tokens": {"type": "array", "items": {"type": "string"}},
    }, "$defs": {"text": {"type": "string"}}});
    let values = json!({"servers": [{"token": "a"}, {}], "tokens": ["x"], "client_secret": "undeclared"});
    let mut found = secret::pointers(Some(&schema), &values);
    found.sort();
    let expected = [
        "/api_key",
        "/client_secret",
        "/db/password",
        "/note",
        "/pin",
        "/servers/0/token",
        "/servers/1/token",
        "/tokens/0",
    ];
    assert_eq!(found, expected);
}

#[test]
fn each_kind_of_field_is_recognised() {
    let kind = |property: Value| match classify(&json!({"properties": {"a": property}})) {
        FieldKind::Object(mut members) => members.remove(0).kind,
        other => other,
    };
    let text =
        |format: Option<&str>| FieldKind::Text { format: format.map(Into::into), pattern: None, min: None, max: None };
    assert_eq!(kind(json!({"type": "string", "format": "uri"})), text(Some("uri")));
    assert_eq!(kind(json!({"type": "string", "writeOnly": true})), FieldKind::Secret);
    let integer = json!({"type": "integer", "exclusiveMinimum": 0, "maximum": 9, "multipleOf": 3});
    let step = |n: i32| Some(n.into());
    assert_eq!(kind(integer), FieldKind::Integer { min: step(1), max: step(9), step: step(3) });
    assert_eq!(kind(json!({"type": "boolean"})), FieldKind::Boolean);
    assert_eq!(kind(json!({"enum": ["a", 1]})), FieldKind::Choice(vec![json!("a"), json!(1)]));
    assert_eq!(kind(json!({"type": ["string", "null"]})), FieldKind::Nullable(Box::new(text(None))));
    assert_eq!(
        kind(json!({"anyOf": [{"type": "boolean"}, {"type": "null"}]})),
        FieldKind::Nullable(Box::new(FieldKind::Boolean))
    );
    assert!(
        matches!(kind(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})), FieldKind::OneOf(two) if two.len() == 2)
    );
    assert!(
        matches!(kind(json!({"type": "array", "items": {"type": "string"}})), FieldKind::List(one) if one.kind == text(None))
    );
    for raw in [
        json!(true),
        json!({}),
        json!({"type": ["string", "integer"]}),
        json!({"allOf": [{"type": "string"}]}),
        json!({"type": "array"}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
    ] {
        assert_eq!(kind(raw.clone()), FieldKind::Raw, "{raw}");
    }
    // One that refers to itself ends in raw JSON.
    let tree = json!({"properties": {"left": {"$ref": "#"}}});
    assert!(format!("{:?}", classify(&tree)).ends_with("kind: Raw }]) }]) }]) }]) }]) }]) }]) }]) }])"));
}
