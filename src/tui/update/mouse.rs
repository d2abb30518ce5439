//! The mouse: a click selects what it hits, the wheel scrolls what is under the pointer.

use ratatui::layout::Position;

use crate::tui::action::{self, Action, Motion, perform};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layout::{self, Layout, Panel};
use crate::tui::model::{Focus, Model, TraceRow, window};

pub(super) fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let mut effects = hit(model, at);
    effects.push(Effect::Draw);
    effects
}

pub(super) fn wheel(model: &mut Model, at: Position, lines: isize) -> Vec<Effect> {
    scroll(model, at, lines);
    vec![Effect::Draw]
}

fn hit(model: &mut Model, at: Position) -> Vec<Effect> {
    if let Some(layer) = model.layers.last() {
        let inside = layout::dialog(layer, model.screen.area()).contains(at);
        // A click beside a text closes it; a question wants an answer, and what is being typed stays.
        return match layer {
            Layer::Reader(_) | Layer::Palette(_) | Layer::Themes(_) if !inside => perform(model, Action::Close),
            Layer::Config(_) | Layer::Versions(_) | Layer::Values(_) => action::config::click(model, at),
            Layer::Call(_) => action::api::click(model, at),
            _ => Vec::new(),
        };
    }
    let Some(layout) = Layout::of(model) else { return Vec::new() };
    if let Some(panel) = layout.plugins.filter(|panel| panel.area.contains(at)) {
        model.screen.focus = Focus::Plugins;
        if let Some(place) = place_in(panel, at, model.plugins.place(), model.plugins.shown().count()) {
            model.plugins.select_place(place);
        }
    }
    if let Some(panel) = layout.runs.filter(|panel| panel.area.contains(at))
        && let Some(place) = place_in(panel, at, model.runs.place(), model.runs.shown().count())
    {
        model.runs.select_place(place);
    }
    if let Some(matrix) = layout.matrix.filter(|matrix| matrix.panel.list.contains(at)) {
        if let Some(column) = matrix.column_at(at, model.permissions.column()) {
            model.permissions.select_column(column);
        }
        if let Some(place) = place_in(matrix.panel, at, model.plugins.place(), model.plugins.shown().count()) {
            model.plugins.select_place(place);
        }
    }
    if let Some(panel) = layout.handlers
        && let Some(place) = place_in(panel, at, model.handlers.place(), model.handlers.shown().count())
    {
        model.handlers.select_place(place);
    }
    if let Some(panel) = layout.audit
        && let Some(place) = place_in(panel, at, model.audit.place(), model.audit.shown().count())
    {
        model.audit.select_place(place);
    }
    if let Some(panel) = layout.api
        && let Some(place) = place_in(panel, at, model.routes.place(), model.routes.shown().count())
    {
        model.routes.select_place(place);
    }
    if let Some(panel) = layout.trace.filter(|panel| panel.area.contains(at)) {
        model.screen.focus = Focus::Trace;
        click_trace(model, panel, at);
    }
    if let Some(run) = layout.run.filter(|run| run.area.contains(at)) {
        model.screen.focus = Focus::Run;
        let hit = run.tiles.panes.iter().find(|(_, area)| area.contains(at));
        if let (Some((place, _)), Some(tab)) = (hit, model.open.current_mut()) {
            tab.focused = *place;
        }
    }
    Vec::new()
}

/// The place in a list of the line that was hit.
fn place_in(panel: Panel, at: Position, selected: usize, len: usize) -> Option<usize> {
    let seen = window(selected, len, usize::from(panel.list.height));
    let place = seen.start + usize::from(at.y.checked_sub(panel.list.y)?);
    (panel.list.contains(at) && seen.contains(&place)).then_some(place)
}

fn click_trace(model: &mut Model, panel: Panel, at: Position) {
    let Some(tab) = model.open.current_mut() else { return };
    let rows = tab.trace.rows(&tab.view);
    let selected = tab.trace.selected_row(&tab.view, &rows);
    let hit = place_in(panel, at, selected, rows.len()).and_then(|place| rows.get(place));
    if let Some(seq) = hit.map(TraceRow::seq) {
        tab.trace.select(seq);
    }
}

fn scroll(model: &mut Model, at: Position, by: isize) {
    let motion = if by < 0 { Motion::Up } else { Motion::Down };
    if let Some(layer) = model.layers.last() {
        if layer.scrolls() {
            (0..by.unsigned_abs()).for_each(|_| drop(perform(model, Action::Move(motion))));
        }
        return;
    }
    let Some(layout) = Layout::of(model) else { return };
    if layout.plugins.is_some_and(|panel| panel.area.contains(at)) {
        model.plugins.select_place(model.plugins.place().saturating_add_signed(by));
    }
    if layout.runs.is_some_and(|panel| panel.area.contains(at)) {
        model.runs.select_place(model.runs.place().saturating_add_signed(by));
    }
    if layout.matrix.is_some() {
        model.plugins.select_place(model.plugins.place().saturating_add_signed(by));
    }
    if layout.handlers.is_some() {
        model.handlers.select_place(model.handlers.place().saturating_add_signed(by));
    }
    if layout.audit.is_some() {
        model.audit.select_place(model.audit.place().saturating_add_signed(by));
    }
    if layout.api.is_some() {
        model.routes.select_place(model.routes.place().saturating_add_signed(by));
    }
    if layout.trace.is_some_and(|panel| panel.area.contains(at))
        && let Some(tab) = model.open.current_mut()
    {
        tab.trace.step(&tab.view, by);
    }
    let hit = layout.run.and_then(|run| run.tiles.panes.into_iter().find(|(_, area)| area.contains(at)));
    if let Some((place, _)) = hit {
        action::scroll_at(model, place, by);
    }
}
