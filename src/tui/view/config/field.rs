//! What a field shows: its value, and where that comes from.

use serde_json::Value;

use crate::orchestrator::api::Origin;
use crate::tui::config::row::{Row, Shape, fitting, variant_name};
use crate::tui::config::value::{Notation, shown};
use crate::tui::config::{ConfigEditor, DOTS, is_variable};
use crate::tui::model::RichLine;
use crate::tui::theme::Role;

/// The value, in one line.
pub(super) fn value(editor: &ConfigEditor, row: &Row<'_>) -> RichLine {
    let piece = |role, text: String| RichLine(vec![(role, text)]);
    match (&row.shape, &row.value) {
        (Shape::Secret, value) => secret(editor, row, value.as_ref()),
        (_, Some(Value::Null)) if row.nullable => piece(Role::Running, "null".to_owned()),
        (Shape::Boolean, _) => choice(row, |value| match value {
            Value::Bool(true) => "[x] true".to_owned(),
            _ => "[ ] false".to_owned(),
        }),
        (Shape::Choice(_), _) => choice(row, |value| format!("‹ {} ›", shown(Notation::Text, value))),
        (Shape::Variants(variants), value) => {
            let chosen = editor.folds.variant(&row.pointer).or_else(|| fitting(variants, value.as_ref()));
            match chosen.and_then(|place| variants.get(place)) {
                Some(variant) => piece(Role::Text, format!("‹ {} ›", variant_name(variant))),
                None => unset(row),
            }
        }
        (Shape::List(_), Some(Value::Array(items))) => piece(Role::TextMuted, counted(items.len(), "item")),
        (Shape::Object, Some(Value::Object(fields))) => piece(Role::TextMuted, counted(fields.len(), "key")),
        (Shape::Object, None) => unset(row),
        (Shape::Text { .. }, Some(Value::String(text))) if text.is_empty() => {
            piece(Role::TextMuted, "\"\" (empty)".to_owned())
        }
        (_, Some(value)) => piece(Role::Text, one_line(row, value)),
        (_, None) => unset(row),
    }
}

fn one_line(row: &Row<'_>, value: &Value) -> String {
    match row.notation() {
        Some(notation @ (Notation::Text | Notation::Number)) => {
            let text = shown(notation, value);
            let mut lines = text.split('\n');
            let first = lines.next().unwrap_or_default().replace('\t', " ");
            match lines.count() {
                0 => first,
                more => format!("{first} ⏎ and {}", counted(more, "more line")),
            }
        }
        _ => value.to_string(),
    }
}

fn choice(row: &Row<'_>, said: impl Fn(&Value) -> String) -> RichLine {
    match (&row.value, row.default()) {
        (Some(value), _) => RichLine(vec![(Role::Text, said(value))]),
        (None, Some(default)) => RichLine(vec![(Role::TextMuted, said(default))]),
        (None, None) => unset(row),
    }
}

/// What counts while nothing is set.
fn unset(row: &Row<'_>) -> RichLine {
    let text = match row.default() {
        Some(default) => (Role::TextMuted, one_line(row, default)),
        None if row.required => (Role::Warn, "required".to_owned()),
        None => (Role::TextMuted, "–".to_owned()),
    };
    RichLine(vec![text])
}

fn secret(editor: &ConfigEditor, row: &Row<'_>, value: Option<&Value>) -> RichLine {
    let piece = |role, text: &str| RichLine(vec![(role, text.to_owned())]);
    match (editor.secrets.typed(&row.pointer), value) {
        (Some(typed), _) if editor.revealed => piece(Role::Text, typed),
        (Some(_), _) => piece(Role::Text, DOTS),
        (None, Some(Value::String(text))) if is_variable(text) => piece(Role::Text, text),
        (None, Some(_)) => piece(Role::Text, DOTS),
        (None, None) => unset(row),
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Whether it is not as it was saved.
pub(super) fn is_changed(editor: &ConfigEditor, row: &Row<'_>) -> bool {
    editor.secrets.iter().any(|(pointer, _)| pointer == row.pointer)
        || editor.saved_value(&row.pointer) != row.value.as_ref()
}

/// Where the value comes from, in a word or two.
pub(super) fn origin(editor: &ConfigEditor, row: &Row<'_>) -> &'static str {
    if editor.secrets.typed(&row.pointer).is_some() {
        return "secret, new";
    }
    if let Some(Value::String(text)) = &row.value
        && is_variable(text)
    {
        return "environment";
    }
    if row.value.is_some() {
        return if matches!(row.shape, Shape::Secret) { "secret" } else { "file" };
    }
    let told = editor.base.as_ref().and_then(|base| {
        let values = base.view.values.iter().chain(&base.view.general);
        values.into_iter().find(|value| value.pointer == row.pointer).map(|value| value.origin)
    });
    match (told, row.default()) {
        (Some(Origin::General), _) => "general default",
        (_, Some(_)) if row.general => "general default",
        (Some(Origin::Schema), _) | (_, Some(_)) => "schema default",
        (Some(Origin::File | Origin::Environment | Origin::Secret) | None, None) => "",
    }
}
