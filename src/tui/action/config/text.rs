//! The document as text.

use super::{editor, follow};
use crate::tui::config::Raw;
use crate::tui::config::document::Document;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};

/// Shows the text as a form, or the form as text.
pub(super) fn switch(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    if editor.base.is_none() {
        return Vec::new();
    }
    if editor.raw.is_none() {
        editor.show_raw();
        editor.check.later(now);
        follow(model);
        return Vec::new();
    }
    if let Err(fault) = editor.show_form() {
        let text = format!("line {}, column {}: {}", fault.line, fault.column, fault.message);
        model.notice =
            Some(Notice { remedy: Some("Mend it, and the form can show it.".to_owned()), ..Notice::bad(text) });
    }
    follow(model);
    Vec::new()
}

/// Puts the text into the usual form.
pub(super) fn format(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let Some(raw) = &mut editor.raw else { return Vec::new() };
    if let Err(fault) = raw.format() {
        raw.input.jump(fault.line - 1, fault.column - 1);
        model.notice = Some(Notice::bad(format!("line {}, column {}: {}", fault.line, fault.column, fault.message)));
    } else {
        editor.typed(now);
    }
    follow(model);
    Vec::new()
}

/// Hands the text to the person's own editor.
pub(super) fn external(model: &mut Model) -> Vec<Effect> {
    let Some(editor) = editor(model) else { return Vec::new() };
    if editor.base.is_none() {
        return Vec::new();
    }
    vec![Effect::EditText { name: format!("{}.json", editor.plugin), text: editor.text() }]
}

/// Takes what the person's own editor left.
pub fn edited(model: &mut Model, text: &str) {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return };
    if editor.text() == text {
        return;
    }
    match (&mut editor.raw, Document::parse(text)) {
        (Some(raw), _) => {
            let (line, _) = raw.input.cursor();
            raw.input.replace(text);
            raw.input.jump(line, 0);
            raw.refused = false;
        }
        (None, Ok(document)) => {
            editor.keep();
            editor.typing = None;
            editor.change(|old, _| *old = document, now);
        }
        (None, Err(fault)) => {
            editor.typing = None;
            let mut raw = Raw::new(text, fault.line - 1);
            raw.refused = true;
            editor.raw = Some(raw);
        }
    }
    editor.check.later(now);
    follow(model);
}

pub(super) fn undo(model: &mut Model, back: bool) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    match (&mut editor.raw, back) {
        (Some(raw), true) => raw.input.undo(),
        (Some(raw), false) => raw.input.redo(),
        (None, true) => editor.undo(now),
        (None, false) => editor.redo(now),
    }
    if editor.raw.is_some() {
        editor.typed(now);
    }
    follow(model);
    Vec::new()
}

/// Goes to the next place with what was searched for last.
pub(in crate::tui::action) fn find_again(model: &mut Model, forward: bool) -> Vec<Effect> {
    let query = editor(model).and_then(|editor| editor.raw.as_ref()).map(|raw| raw.query.clone()).unwrap_or_default();
    find(model, &query, forward, false);
    Vec::new()
}

/// Goes to the first place with `query` from here on: in the text, or among the fields.
pub fn find(model: &mut Model, query: &str, forward: bool, from_here: bool) {
    let Some(editor) = editor(model) else { return };
    match &mut editor.raw {
        Some(raw) => drop(raw.find(query, forward, from_here)),
        None => editor.find(query),
    }
    follow(model);
}
