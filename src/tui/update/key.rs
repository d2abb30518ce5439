//! Keys and pasted text: the top layer has them first.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::tui::action::{self, perform};
use crate::tui::effect::Effect;
use crate::tui::keymap::Chord;
use crate::tui::layer::{Field, Layer};
use crate::tui::model::Model;

pub(super) fn press(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if model.layers.last().is_some_and(|layer| !layer.is_armed(model.screen.now)) {
        return Vec::new();
    }
    // Whoever presses a key has seen it.
    model.notice = None;
    let mut effects = match model.keymap.action(model.context(), Chord::from(event)) {
        Some(action) => perform(model, action),
        None => typed(model, |input| input.key(event)),
    };
    effects.push(Effect::Draw);
    effects
}

/// Only editors take what is pasted: it can never be a command.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let mut effects = typed(model, |input| input.paste(text));
    effects.push(Effect::Draw);
    effects
}

/// Hands text to what is being typed into, and lets it take effect.
fn typed(model: &mut Model, type_into: impl FnOnce(&mut crate::tui::model::Input)) -> Vec<Effect> {
    let Some(layer) = model.layers.last_mut() else { return Vec::new() };
    if model.screen.readonly && matches!(layer, Layer::Config(_)) {
        return Vec::new();
    }
    let Some(input) = layer.input() else { return Vec::new() };
    type_into(input);
    match layer {
        Layer::Palette(palette) => palette.picker.refresh(),
        Layer::Themes(themes) => {
            themes.picker.refresh();
            return action::preview(model);
        }
        Layer::Filter(filter) => {
            let (target, text) = (filter.target, filter.input.text());
            action::apply_filter(model, target, text);
        }
        Layer::Launch(launch) if launch.field == Field::Workflow => {
            launch.remember(&mut model.remembered);
            launch.workflows.refresh();
            launch.show_chosen(&model.catalog, &model.remembered);
        }
        Layer::Config(editor) => {
            editor.typed(model.screen.now);
            action::config::follow(model);
        }
        Layer::Values(values) => values.picker.refresh(),
        Layer::Review(_) | Layer::Versions(_) => {}
        Layer::Launch(_) | Layer::Call(_) | Layer::Confirm(_) | Layer::Approval(_) | Layer::Reader(_) => {}
    }
    Vec::new()
}
