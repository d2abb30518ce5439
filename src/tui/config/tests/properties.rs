//! For any schema and any document: the form says what the document says, and gives it back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{NOW, editor};
use crate::tui::config::ConfigEditor;
use crate::tui::config::document::{Document, formatted};
use crate::tui::config::value::{Notation, read, shown};

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_owned()),
        Just("b/c".to_owned()),
        Just("~d".to_owned()),
        Just("token".to_owned()),
        "[a-e]{1,3}"
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("${NAME}")),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..4).prop_map(object),
        ]
    })
}

fn object(entries: Vec<(String, Value)>) -> Value {
    Value::Object(Map::from_iter(entries))
}

fn schemas() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(json!({"type": "string", "minLength": 2})),
        Just(json!({"type": "string", "format": "password"})),
        Just(json!({"type": "integer", "minimum": 0, "maximum": 9, "default": 3})),
        Just(json!({"type": "number", "multipleOf": 0.5})),
        Just(json!({"type": "boolean", "default": true})),
        Just(json!({"enum": ["one", 2, null]})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"oneOf": [{"type": "integer"}, {"type": "object", "properties": {"a": {"type": "string"}}}]})),
        Just(json!({"not": {"type": "string"}})),
        Just(json!({})),
    ];
    plain.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            prop::collection::vec((names(), inner), 0..4)
                .prop_map(|fields| json!({"type": "object", "properties": object(fields)})),
        ]
    })
}

fn whole() -> impl Strategy<Value = (Value, String)> {
    let fields = prop::collection::vec((names(), schemas()), 0..5);
    let entries = prop::collection::vec((names(), values()), 0..5);
    (fields, entries, any::<bool>()).prop_map(|(fields, entries, pretty)| {
        let document = object(entries);
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        (json!({"type": "object", "properties": object(fields)}), text.unwrap())
    })
}

/// What the form shows: every row with its value.
fn form(editor: &ConfigEditor) -> Vec<(String, Option<Value>)> {
    editor.rows().into_iter().map(|row| (row.id, row.value)).collect()
}

/// Gives back, row by row, what the form shows, as if it had been typed again.
fn retype(editor: &mut ConfigEditor) {
    for (id, value) in form(editor) {
        let rows = editor.rows();
        let Some(row) = rows.iter().find(|row| row.id == id) else { continue };
        let Some(value) = value else { continue };
        // Nothing is not typed but chosen.
        let is_typed = !(row.nullable && value.is_null());
        let (at, notation) = (row.pointer.clone(), row.notation().filter(|_| is_typed));
        let again = notation.map_or(Ok(value.clone()), |notation| read(notation, &shown(notation, &value)));
        assert_eq!(again.as_ref(), Ok(&value), "{at} as {notation:?}");
        editor.change(|document, _| assert!(document.set(&at, &value)), NOW);
    }
}

proptest! {
    #[test]
    fn form_to_document_to_form_is_the_identity((schema, text) in whole()) {
        let mut first = editor(schema.clone(), &text);
        prop_assert_eq!(first.text(), text.as_str());
        let shown = form(&first);
        retype(&mut first);
        prop_assert_eq!(first.text(), text.as_str(), "typing again what is there changed the text");
        let second = editor(schema, &first.text());
        prop_assert_eq!(form(&second), shown);
    }

    #[test]
    fn the_form_and_the_text_are_one_document((schema, text) in whole()) {
        let mut editor = editor(schema, &text);
        let before = form(&editor);
        editor.show_raw();
        prop_assert_eq!(editor.text(), text.as_str());
        prop_assert!(editor.show_form().is_ok());
        prop_assert_eq!(editor.text(), text.as_str());
        prop_assert_eq!(form(&editor), before);
        prop_assert!(!editor.is_changed());
    }

    #[test]
    fn every_value_of_a_document_is_in_its_form((schema, text) in whole()) {
        let editor = editor(schema, &text);
        let document: Value = serde_json::from_str(&text).unwrap();
        let rows = form(&editor);
        for (name, value) in document.as_object().unwrap() {
            let at = crate::tui::config::pointer::child("", name);
            let found = rows.iter().any(|(id, shown)| id.trim_end_matches('\0') == at && shown.as_ref() == Some(value));
            prop_assert!(found, "{} is not in {:?}", at, rows);
        }
    }

    #[test]
    fn any_change_is_what_it_says_and_can_be_taken_back(
        (schema, text) in whole(), name in names(), inner in names(), value in values(), remove in any::<bool>(),
    ) {
        let mut editor = editor(schema, &text);
        let at = crate::tui::config::pointer::child(&crate::tui::config::pointer::child("", &name), &inner);
        let done = std::cell::Cell::new(false);
        editor.change(|document, _| done.set(if remove { document.remove(&at) } else { document.set(&at, &value) }), NOW);
        if done.get() {
            let now = editor.document.get(&at).cloned();
            if !remove {
                prop_assert_eq!(now, Some(value));
            }
            prop_assert!(Document::parse(&editor.text()).is_ok());
        } else {
            prop_assert_eq!(editor.text(), text.as_str());
        }
        editor.undo(NOW);
        prop_assert_eq!(editor.text(), text.as_str());
    }

    #[test]
    fn the_usual_form_says_the_same(value in values()) {
        let text = object(vec![("x".to_owned(), value)]).to_string();
        let usual = formatted(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&usual).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
        prop_assert_eq!(formatted(&usual).unwrap(), usual.as_str());
    }

    #[test]
    fn typing_anything_anywhere_breaks_nothing((schema, text) in whole(), typed in ".{0,10}", place in 0usize..8) {
        let mut editor = editor(schema, &text);
        editor.step(isize::try_from(place).unwrap());
        editor.begin();
        if let Some(typing) = &mut editor.typing {
            typing.input.replace(&typed);
        }
        editor.typed(NOW);
        let is_json = Document::parse(&editor.text()).is_ok();
        let is_draft = editor.typing.as_ref().is_some_and(|typing| typing.fault.is_some());
        prop_assert!(is_json || is_draft, "{}", editor.text());
        editor.drop_typed(NOW);
        prop_assert_eq!(editor.text(), text.as_str());
    }
}

#[test]
fn a_notation_for_json_gives_back_any_value() {
    for value in [json!(null), json!([1, {"a": "ü\n"}]), json!(1.0), json!("text")] {
        assert_eq!(read(Notation::Json, &shown(Notation::Json, &value)), Ok(value));
    }
}
