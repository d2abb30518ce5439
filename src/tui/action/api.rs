//! The plugins' routes: looking at them, and trying one.

use crate::orchestrator::api::{Command, Query};
use crate::tui::effect::Effect;
use crate::tui::layer::{CallForm, Layer};
use crate::tui::layout;
use crate::tui::model::{Model, View};
use ratatui::layout::Position;

/// Shows the routes.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    model.screen.view = View::Api;
    vec![Effect::Ask(Query::Routes)]
}

/// Opens the form for the selected route.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if let Some(route) = model.routes.selected().cloned() {
        model.layers.push(Layer::Call(Box::new(CallForm::new(route))));
    }
    Vec::new()
}

/// Sends what the form holds, if it is all right.
pub(super) fn send(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Call(form)) = model.layers.last_mut() else { return Vec::new() };
    if form.sent.is_some() {
        return Vec::new();
    }
    form.problem = None;
    let Some(call) = form.read() else { return Vec::new() };
    form.sent = Some(call.clone());
    vec![Effect::Do(Command::CallRoute(call))]
}

/// Enter: a new line in an editor, the next field, or what sends.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Call(form)) = model.layers.last_mut() else { return Vec::new() };
    match form.focused().map(|field| field.has_many_lines()) {
        None => return super::perform(model, super::Action::Start),
        Some(true) => {
            if let Some(input) = form.input() {
                input.newline();
            }
        }
        Some(false) => form.step(1),
    }
    Vec::new()
}

/// Up and down: within an editor of many lines, else between fields.
pub(super) fn motion(model: &mut Model, by: isize) {
    let Some(Layer::Call(form)) = model.layers.last_mut() else { return };
    let many_lines = form.focused().is_some_and(|field| field.has_many_lines());
    match form.input() {
        Some(input) if many_lines && by < 0 => input.up(),
        Some(input) if many_lines => input.down(),
        _ => form.step(by.signum()),
    }
}

/// A click focuses the field that it hits, or sends.
pub fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let area = model.screen.area();
    let Some(layer @ Layer::Call(form)) = model.layers.last() else { return Vec::new() };
    let places = layout::call(layout::dialog(layer, area), form);
    if places.send.contains(at) {
        return super::perform(model, super::Action::Start);
    }
    let hit = places.fields.iter().find(|(_, area)| area.contains(at)).map(|(place, _)| *place);
    if let (Some(place), Some(Layer::Call(form))) = (hit, model.layers.last_mut()) {
        form.place = place;
    }
    Vec::new()
}
