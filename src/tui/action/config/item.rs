//! Items of lists, and taking values away.

use super::editor;
use crate::tui::config::pointer;
use crate::tui::config::row::{Row, Shape};
use crate::tui::effect::Effect;
use crate::tui::model::Model;

/// Adds an item to the selected list, or after the selected item.
pub(super) fn add(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let rows = editor.rows();
    let Some((list, place)) = target(&rows, editor.place(&rows)) else { return Vec::new() };
    let Shape::List(item) = &list.shape else { return Vec::new() };
    let length = |value: Option<&serde_json::Value>| value.and_then(|value| value.as_array()).map_or(0, Vec::len);
    let place = place.unwrap_or_else(|| length(list.effective()));
    let (at, id, value, default) = (
        list.pointer.clone(),
        list.id.clone(),
        Row::blank(item),
        list.value.is_none().then(|| list.default().cloned()),
    );
    editor.folds.forget_within(&at);
    editor.folds.set_open(&id, true);
    editor.prepared(&at, now, |document, secrets| {
        if let Some(Some(default)) = default {
            document.set(&at, &default);
        }
        secrets.renumber(&at, |old| Some(old + usize::from(old >= place)));
        document.insert(&at, place, &value);
    });
    let new = pointer::child(&at, &place.to_string());
    let rows = editor.rows();
    let row = rows.iter().find(|row| row.pointer == new);
    let is_typed = row.is_some_and(|row| row.notation().is_some());
    let id = row.map(|row| row.id.clone());
    if let Some(id) = id {
        editor.cursor = id;
    }
    if is_typed {
        editor.begin();
    }
    Vec::new()
}

/// The list that a new item goes into, and its place there: after the selected item, or at the end.
fn target<'r, 'f>(rows: &'r [Row<'f>], selected: usize) -> Option<(&'r Row<'f>, Option<usize>)> {
    let row = rows.get(selected)?;
    if matches!(row.shape, Shape::List(_)) {
        return Some((row, None));
    }
    // The nearest list that it stands in.
    let item = rows[..=selected]
        .iter()
        .rev()
        .find(|near| near.item.is_some() && pointer::is_within(&row.pointer, &near.pointer))?;
    let (parent, _) = pointer::split(&item.pointer)?;
    let list = rows.iter().find(|row| row.pointer == parent && matches!(row.shape, Shape::List(_)))?;
    Some((list, item.item.map(|place| place + 1)))
}

/// Takes the selected value away: an item from its list, a field back to its default.
pub(super) fn remove(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let rows = editor.rows();
    let Some(row) = rows.get(editor.place(&rows)) else { return Vec::new() };
    let (at, item, is_secret) = (row.pointer.clone(), row.item, matches!(row.shape, Shape::Secret));
    let is_stored = row.value.is_some();
    editor.folds.forget_within(pointer::split(&at).map_or("", |(parent, _)| parent));
    editor.change(
        |document, secrets| {
            secrets.leave_within(&at);
            document.remove(&at);
            match (item, pointer::split(&at)) {
                (Some(place), Some((list, _))) => {
                    secrets.renumber(list, |old| (old != place).then(|| old - usize::from(old > place)));
                }
                _ if is_secret && is_stored => secrets.forget(&at),
                _ => {}
            }
        },
        now,
    );
    Vec::new()
}

/// Moves the selected item within its list.
pub(super) fn shift(model: &mut Model, down: bool) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let rows = editor.rows();
    let selected = editor.place(&rows);
    let Some(at) = rows.get(selected).map(|row| row.pointer.clone()) else { return Vec::new() };
    let near = rows[..=selected].iter().rev().find(|row| row.item.is_some() && pointer::is_within(&at, &row.pointer));
    let Some((item, place)) = near.and_then(|row| Some((row.pointer.clone(), row.item?))) else { return Vec::new() };
    let Some((list, _)) = pointer::split(&item) else { return Vec::new() };
    let length = editor.document.get(list).and_then(|list| list.as_array()).map_or(0, Vec::len);
    let Some(other) = (if down { Some(place + 1) } else { place.checked_sub(1) }).filter(|other| *other < length)
    else {
        return Vec::new();
    };
    editor.folds.forget_within(list);
    editor.change(
        |document, secrets| {
            if document.swap(list, place, other) {
                let exchanged = |old| {
                    if old == place {
                        other
                    } else if old == other {
                        place
                    } else {
                        old
                    }
                };
                secrets.renumber(list, |old| Some(exchanged(old)));
            }
        },
        now,
    );
    // What was selected stays selected, where it is now.
    let moved = format!("{}{}", pointer::child(list, &other.to_string()), &at[item.len()..]);
    let id = editor.rows().iter().find(|row| row.pointer == moved).map(|row| row.id.clone());
    if let Some(id) = id {
        editor.cursor = id;
    }
    Vec::new()
}
