//! Saving, and what to do when somebody else saved.

use super::editor;
use crate::orchestrator::api::{Command, Query, SaveConfig, SecretChange};
use crate::tui::config::{ConfigEditor, Review, ReviewKind, pointer};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::model::{Model, Notice, compare_texts};

/// Who saves, in a config's history.
pub const WHO: &str = "you in the workbench";

/// Shows the difference that saving would make.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Review(_))) {
        return confirm(model);
    }
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let Some(base) = &editor.base else { return Vec::new() };
    if editor.saving {
        model.notice = Some(Notice::note("the last save is still under way", now));
        return Vec::new();
    }
    let fault = match (&editor.raw, &editor.typing) {
        (Some(raw), _) => raw.fault().map(|fault| (Some(fault.line), fault.message)),
        (None, Some(typing)) => typing.fault.clone().map(|fault| (None, fault)),
        (None, None) => None,
    };
    if let Some((line, message)) = fault {
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        model.notice = Some(Notice::bad(format!("can't be saved: {place}{message}")));
        return Vec::new();
    }
    if !editor.is_changed() {
        editor.keep();
        model.notice = Some(Notice::note("there is nothing to save", now));
        return Vec::new();
    }
    let conflict = editor.disk.as_ref().map(|disk| disk.document.clone());
    let kind = if conflict.is_some() { ReviewKind::Conflict } else { ReviewKind::Save };
    let before = conflict.unwrap_or_else(|| base.saved.clone());
    let review = review(editor, kind, &before);
    editor.keep();
    model.layers.push(Layer::Review(Box::new(review)));
    Vec::new()
}

fn review(editor: &ConfigEditor, kind: ReviewKind, before: &str) -> Review {
    let secrets = editor.secrets.iter().map(|(at, secret)| match secret {
        Some(_) => format!("{} is kept in your own folder; the file gets a reference", pointer::words(at)),
        None => format!("{} is forgotten", pointer::words(at)),
    });
    Review::new(kind, compare_texts(before, &editor.text()), secrets.collect(), editor.problems().count())
}

/// Shows what overwriting would change in the file as it is now, if somebody else wrote it.
pub fn overwritable(model: &mut Model) {
    let Some(editor) = editor(model) else { return };
    let Some(disk) = &editor.disk else { return };
    let conflict = review(editor, ReviewKind::Conflict, &disk.document);
    for layer in &mut model.layers {
        if let Layer::Review(review) = layer {
            **review = conflict;
            return;
        }
    }
}

/// Saves what was looked at.
pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    match model.layers.last() {
        Some(Layer::Review(review)) if review.kind == ReviewKind::Save => write(model),
        _ => Vec::new(),
    }
}

/// Saves over what somebody else wrote, as it was seen: what was written since is a conflict again.
pub(super) fn overwrite(model: &mut Model) -> Vec<Effect> {
    write(model)
}

fn write(model: &mut Model) -> Vec<Effect> {
    let Some(editor) = editor(model) else { return Vec::new() };
    let Some(base) = &editor.base else { return Vec::new() };
    let seen = editor.disk.as_ref().map_or(&base.view, |disk| disk);
    let secrets = editor.secrets.iter().map(|(pointer, secret)| SecretChange {
        pointer: pointer.to_owned(),
        value: secret.map(|secret| secret.0.clone()),
    });
    let command = Command::SaveConfig(SaveConfig {
        plugin: editor.plugin.clone(),
        document: editor.text(),
        base: seen.revision.clone(),
        secrets: secrets.collect(),
        overwrite: false,
        by: WHO.to_owned(),
    });
    if std::mem::replace(&mut editor.saving, true) {
        return Vec::new();
    }
    let Some(Layer::Review(review)) = model.layers.last_mut() else { return Vec::new() };
    review.saving = true;
    review.problem = None;
    vec![Effect::Do(command)]
}

/// Takes what the file says, and forgets what was typed.
pub(super) fn reload(model: &mut Model) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Review(_))) {
        model.layers.pop();
    }
    let Some(editor) = editor(model) else { return Vec::new() };
    editor.reload();
    vec![Effect::Ask(Query::Config { plugin: editor.plugin.clone() })]
}
