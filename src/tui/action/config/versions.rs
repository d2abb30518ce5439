//! Earlier versions of the file.

use super::editor;
use crate::tui::action::change::refused;
use crate::tui::action::motion::{Motion, step};
use crate::tui::config::Versions;
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer};
use crate::tui::model::{Model, Notice};
use crate::tui::text;

pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    let Some(base) = &editor.base else { return Vec::new() };
    if base.view.versions.is_empty() {
        model.notice = Some(Notice::note("there are no earlier versions: nothing was saved here yet", now));
        return Vec::new();
    }
    let present = base.view.document.clone();
    let versions = Versions::new(editor.plugin.clone(), base.view.versions.clone(), present);
    model.layers.push(Layer::Versions(Box::new(versions)));
    fetch(model)
}

/// Asks for the text of the selected version, unless it is here.
pub fn fetch(model: &mut Model) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Versions(versions)) => versions.wanted().map(Effect::Ask).into_iter().collect(),
        _ => Vec::new(),
    }
}

pub(super) fn motion(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let (last, height) = text::versions_extent(model);
    let Some(Layer::Versions(versions)) = model.layers.last_mut() else { return Vec::new() };
    match motion {
        Motion::PageUp | Motion::PageDown => {
            versions.top = versions.top.min(last).saturating_add_signed(step(motion, height)).min(last);
        }
        _ => versions.step(step(motion, 1)),
    }
    fetch(model)
}

/// Asks before the file gets an earlier version's text.
pub(super) fn restore(model: &mut Model) -> Vec<Effect> {
    if model.screen.readonly {
        return refused(model);
    }
    let Some(Layer::Versions(versions)) = model.layers.last() else { return Vec::new() };
    let Some(version) = versions.chosen() else { return Vec::new() };
    let (plugin, id) = (versions.plugin.clone(), version.id.clone());
    let question = format!("Restore the version of {}?", text::date(version.time));
    let unsaved = editor(model).is_some_and(|editor| editor.is_changed());
    let lost = if unsaved { " What you typed and did not save is lost." } else { "" };
    let explanation = format!(
        "The file gets the text that it had then, at once; what it says now becomes an earlier version itself.{lost}"
    );
    let consequence = Consequence::RestoreConfig { plugin, id };
    model.layers.push(Layer::Confirm(Confirm::new(question, explanation, consequence)));
    Vec::new()
}
