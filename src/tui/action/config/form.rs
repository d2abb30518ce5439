//! What is done to the selected field.

use serde_json::Value;

use super::editor;
use crate::tui::action::change::refused;
use crate::tui::config::row::{Row, Shape, fitting, variant_name};
use crate::tui::config::value::stepped;
use crate::tui::effect::Effect;
use crate::tui::layer::{ChoiceOf, Layer, Values};
use crate::tui::model::{Model, Notice, Picker, PickerItem};

/// What is to be done, found out while the rows are looked at.
enum Step {
    Nothing,
    Type,
    Fold(String, bool),
    Set(String, Value),
    Variant(String, usize, Value),
    Pick(Box<Values>),
}

/// What Enter does: types, toggles, folds or lets choose.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    take(model, |row| match &row.shape {
        Shape::Boolean => Step::Set(row.pointer.clone(), Value::Bool(row.effective() != Some(&Value::Bool(true)))),
        Shape::Choice(values) => Step::Pick(Box::new(Values {
            title: row.name.clone(),
            pointer: row.pointer.clone(),
            picker: picker(values.iter().map(said), values.iter().position(|value| Some(value) == row.effective())),
            of: ChoiceOf::Values(values.to_vec()),
        })),
        Shape::Variants(variants) => Step::Pick(Box::new(Values {
            title: row.name.clone(),
            pointer: row.pointer.clone(),
            picker: picker(variants.iter().map(variant_name), fitting(variants, row.value.as_ref())),
            of: ChoiceOf::Variants(variants.iter().map(Row::blank).collect()),
        })),
        Shape::List(_) | Shape::Object => fold(row, row.open == Some(false)),
        Shape::Text { .. } | Shape::Secret | Shape::Integer { .. } | Shape::Number { .. } | Shape::Raw => Step::Type,
    })
}

/// What the arrows to the sides do: steps of a number, the next choice, folding.
pub(super) fn sideways(model: &mut Model, by: i64) -> Vec<Effect> {
    take(model, |row| match &row.shape {
        Shape::Boolean => Step::Set(row.pointer.clone(), Value::Bool(row.effective() != Some(&Value::Bool(true)))),
        Shape::Choice(values) => match turned(values.len(), values.iter().position(|v| Some(v) == row.effective()), by)
        {
            Some(place) => Step::Set(row.pointer.clone(), values[place].clone()),
            None => Step::Nothing,
        },
        Shape::Integer { .. } | Shape::Number { .. } => match stepped(&row.shape, row.effective(), by) {
            Some(value) => Step::Set(row.pointer.clone(), value),
            None => Step::Nothing,
        },
        Shape::Variants(variants) => match turned(variants.len(), fitting(variants, row.value.as_ref()), by) {
            Some(place) => Step::Variant(row.pointer.clone(), place, Row::blank(&variants[place])),
            None => Step::Nothing,
        },
        Shape::List(_) | Shape::Object => fold(row, by > 0),
        Shape::Text { .. } | Shape::Secret | Shape::Raw => Step::Nothing,
    })
}

fn fold(row: &Row<'_>, open: bool) -> Step {
    if row.open.is_some() { Step::Fold(row.id.clone(), open) } else { Step::Nothing }
}

/// The place after, or before; round the ends.
fn turned(len: usize, place: Option<usize>, by: i64) -> Option<usize> {
    let len = i64::try_from(len).ok().filter(|len| *len > 0)?;
    let next = match place {
        Some(place) => (i64::try_from(place).ok()? + by).rem_euclid(len),
        None if by > 0 => 0,
        None => len - 1,
    };
    usize::try_from(next).ok()
}

/// A choice as a person reads it.
fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn picker(labels: impl Iterator<Item = String>, chosen: Option<usize>) -> Picker<usize> {
    let item = |(value, label)| PickerItem { label, note: String::new(), value };
    let mut picker = Picker::new(labels.enumerate().map(item).collect());
    if let Some(chosen) = chosen {
        picker.select(|place| *place == chosen);
    }
    picker
}

/// Takes what was picked of a field's choices.
pub(super) fn picked(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Values(_)) = model.layers.last() else { return Vec::new() };
    let Some(Layer::Values(values)) = model.layers.pop() else { return Vec::new() };
    let Some(place) = values.picker.chosen().copied() else { return Vec::new() };
    let step = match values.of {
        ChoiceOf::Values(mut all) if place < all.len() => Step::Set(values.pointer, all.swap_remove(place)),
        ChoiceOf::Variants(mut all) if place < all.len() => {
            Step::Variant(values.pointer, place, all.swap_remove(place))
        }
        ChoiceOf::Values(_) | ChoiceOf::Variants(_) => Step::Nothing,
    };
    go(model, step)
}

/// Sets the selected field to null, where the schema lets it.
pub(super) fn null(model: &mut Model) -> Vec<Effect> {
    take(model, |row| if row.nullable { Step::Set(row.pointer.clone(), Value::Null) } else { Step::Nothing })
}

fn take(model: &mut Model, step: impl FnOnce(&Row<'_>) -> Step) -> Vec<Effect> {
    let readonly = model.screen.readonly;
    let Some(editor) = editor(model) else { return Vec::new() };
    let rows = editor.rows();
    let step = rows.get(editor.place(&rows)).map_or(Step::Nothing, step);
    drop(rows);
    if readonly && !matches!(step, Step::Fold(..) | Step::Nothing) {
        return refused(model);
    }
    go(model, step)
}

fn go(model: &mut Model, step: Step) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    match step {
        Step::Nothing => {}
        Step::Type => editor.begin(),
        Step::Fold(id, open) => editor.folds.set_open(&id, open),
        Step::Set(pointer, value) => set(editor, &pointer, &value, now),
        Step::Variant(pointer, place, value) => editor.choose_variant(&pointer, place, &value, now),
        Step::Pick(values) => model.layers.push(Layer::Values(values)),
    }
    Vec::new()
}

fn set(editor: &mut crate::tui::config::ConfigEditor, pointer: &str, value: &Value, now: crate::event::Timestamp) {
    editor.prepared(pointer, now, |document, _| {
        document.set(pointer, value);
    });
}

/// Shows the secrets that were typed here, or hides them again.
pub(super) fn reveal(model: &mut Model) -> Vec<Effect> {
    let may = model.screen.reveals;
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    if !may || editor.secrets.is_empty() {
        let text = "only a secret that was typed here, and is not saved, can be shown";
        model.notice = Some(Notice::note(text, now));
        return Vec::new();
    }
    editor.revealed = !editor.revealed;
    let shown = editor.revealed;
    if let Some(typing) = &mut editor.typing {
        typing.mask(!shown);
    }
    Vec::new()
}

/// A new line in a text that is typed.
pub(super) fn new_line(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    if let Some(editor) = editor(model) {
        if let Some(typing) = &mut editor.typing {
            typing.new_line();
        }
        editor.typed(now);
    }
    Vec::new()
}

/// Goes to the next field with a problem, or to its line.
pub(super) fn seek(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(editor) = editor(model) else { return Vec::new() };
    match &mut editor.raw {
        None => drop(editor.seek_problem(forward)),
        Some(raw) => {
            let number = |number: Option<u32>| number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1) - 1;
            let mut places: Vec<(usize, usize)> = match raw.fault() {
                Some(fault) => vec![(fault.line - 1, fault.column - 1)],
                None => editor.check.problems.iter().map(|p| (number(p.line), number(p.column))).collect(),
            };
            places.sort_unstable();
            let here = raw.input.cursor();
            let next = if forward {
                places.iter().find(|place| **place > here).or(places.first())
            } else {
                places.iter().rev().find(|place| **place < here).or(places.last())
            };
            if let Some((line, column)) = next {
                raw.input.jump(*line, *column);
            }
        }
    }
    super::follow(model);
    Vec::new()
}
