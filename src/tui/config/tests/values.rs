//! Typing into fields of each kind.

use serde_json::{Value, json};

use super::{NOW, editor, one};
use crate::tui::config::ConfigEditor;
use crate::tui::config::value::{Notation, read, shown};

/// The document after `text` was typed into the field `x`, which said `before`.
fn after(schema: Value, before: &str, text: &str) -> Value {
    let editor = typed(schema, before, text);
    serde_json::from_str(&editor.text()).unwrap()
}

fn typed(schema: Value, before: &str, text: &str) -> ConfigEditor {
    let mut editor = editor(one(schema), before);
    editor.cursor = "/x".to_owned();
    editor.begin();
    let typing = editor.typing.as_mut().expect("a field to type into");
    typing.input.replace(text);
    editor.typed(NOW);
    editor
}

#[test]
fn what_is_typed_is_in_the_document_at_once() {
    assert_eq!(after(json!({"type": "string"}), "{}", "a \"b\""), json!({"x": "a \"b\""}));
    assert_eq!(after(json!({"type": "integer"}), "{}", "12"), json!({"x": 12}));
    assert_eq!(after(json!({"type": "number"}), "{\"x\": 1}", "1.5e3"), json!({"x": 1.5e3}));
    assert_eq!(after(json!({}), "{\"x\": 1}", "{\"a\": [1]}"), json!({"x": {"a": [1]}}));
}

#[test]
fn what_is_no_number_stays_on_the_screen_and_in_the_document() {
    assert_eq!(after(json!({"type": "integer"}), "{\"x\": 1}", "12a"), json!({"x": "12a"}));
    for value in [json!(1), json!(-1.5), json!("12"), json!("12a"), json!("\"x\""), json!("")] {
        assert_eq!(read(Notation::Number, &shown(Notation::Number, &value)), Ok(value));
    }
}

#[test]
fn what_is_emptied_goes_back_to_the_default_unless_it_is_a_text_that_was_set() {
    assert_eq!(after(json!({"type": "integer"}), "{\"x\": 1}", ""), json!({}));
    assert_eq!(after(json!({"type": "string"}), "{\"x\": \"a\"}", ""), json!({"x": ""}));
    assert_eq!(after(json!({"type": "string"}), "{}", ""), json!({}));
}

#[test]
fn raw_json_that_is_none_is_kept_as_typed_for_the_text() {
    let mut editor = typed(json!({}), "{\n  \"x\": 1\n}", "[1, ");
    assert!(editor.typing.as_ref().is_some_and(|typing| typing.fault.is_some()));
    assert!(!editor.keep(), "a field is left with what is no value");
    editor.show_raw();
    assert_eq!(editor.text(), "{\n  \"x\": [1, \n}");
    assert!(editor.show_form().is_err());
    editor.drop_typed(NOW);
}

#[test]
fn a_secret_is_kept_beside_the_document_and_a_variable_in_it() {
    let secret = json!({"type": "string", "format": "password"});
    let typed_secret = typed(secret.clone(), "{}", "hunter2");
    assert_eq!(typed_secret.text(), "{}");
    assert_eq!(typed_secret.secrets.typed("/x"), Some("hunter2"));
    assert!(typed_secret.is_changed());
    assert!(!format!("{:?}", typed_secret.secrets).contains("hunter2"));
    let variable = typed(secret, "{}", "${API_KEY}");
    assert_eq!(variable.secrets.typed("/x"), None);
    assert_eq!(serde_json::from_str::<Value>(&variable.text()).unwrap(), json!({"x": "${API_KEY}"}));
}

#[test]
fn taking_back_restores_the_text_to_the_letter() {
    let written = "{ \"x\" :1.0 ,\"y\":2}";
    let mut editor = typed(json!({"type": "number"}), written, "7");
    assert_ne!(editor.text(), written);
    editor.drop_typed(NOW);
    assert_eq!(editor.text(), written);
    let mut editor = typed(json!({"type": "number"}), written, "7");
    assert!(editor.keep());
    editor.undo(NOW);
    assert_eq!(editor.text(), written);
    editor.redo(NOW);
    assert_eq!(editor.text(), written.replace("1.0", "7"));
}

#[test]
fn setting_one_value_of_a_default_keeps_the_others() {
    let schema = json!({"type": "object", "default": {"a": 1, "b": 2}, "properties": {
        "a": {"type": "integer"}, "b": {"type": "integer"}}});
    let mut editor = editor(one(schema), "{}");
    editor.cursor = "/x/a".to_owned();
    editor.begin();
    editor.typing.as_mut().unwrap().input.replace("5");
    editor.typed(NOW);
    assert_eq!(serde_json::from_str::<Value>(&editor.text()).unwrap(), json!({"x": {"a": 5, "b": 2}}));
}

#[test]
fn undoing_does_not_reach_beyond_what_was_loaded() {
    let mut editor = editor(one(json!({"type": "boolean"})), "{\"x\": true}");
    editor.undo(NOW);
    assert_eq!(editor.text(), "{\"x\": true}");
}
