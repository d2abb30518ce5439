//! Moving: the selection of a list, the focus between panes, the place in a text.

use super::{Context, close};
use crate::tui::effect::Effect;
use crate::tui::layer::{Field, Layer};
use crate::tui::layout::{Layout, Panel};
use crate::tui::model::Model;
use crate::tui::text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
}

/// How many lines `motion` goes in a list that shows `page` of them.
pub fn step(motion: Motion, page: u16) -> isize {
    let page = isize::from(i16::try_from(page).unwrap_or(i16::MAX)).max(2) - 1;
    match motion {
        Motion::Up => -1,
        Motion::Down => 1,
        Motion::PageUp => -page,
        Motion::PageDown => page,
        Motion::Top => isize::MIN / 2,
        Motion::Bottom => isize::MAX / 2,
        Motion::Left | Motion::Right => 0,
    }
}

pub(super) fn perform(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let layout = Layout::of(model);
    let page = |panel: Option<Panel>| panel.map_or(1, |panel| panel.list.height);
    match model.context() {
        Context::Plugins => {
            let by = step(motion, page(layout.and_then(|layout| layout.plugins)));
            model.plugins.select_place(model.plugins.place().saturating_add_signed(by));
        }
        Context::Runs => {
            let by = step(motion, page(layout.and_then(|layout| layout.runs)));
            model.runs.select_place(model.runs.place().saturating_add_signed(by));
        }
        Context::Permissions => {
            match motion {
                Motion::Left => model.permissions.step_column(-1),
                Motion::Right => model.permissions.step_column(1),
                _ => {}
            }
            let by = step(motion, layout.and_then(|layout| layout.matrix).map_or(1, |matrix| matrix.panel.list.height));
            model.plugins.select_place(model.plugins.place().saturating_add_signed(by));
        }
        Context::Handlers => {
            let by = step(motion, page(layout.and_then(|layout| layout.handlers)));
            model.handlers.select_place(model.handlers.place().saturating_add_signed(by));
        }
        Context::Audit => {
            let by = step(motion, page(layout.and_then(|layout| layout.audit)));
            model.audit.select_place(model.audit.place().saturating_add_signed(by));
        }
        Context::Api => {
            let by = step(motion, page(layout.and_then(|layout| layout.api)));
            model.routes.select_place(model.routes.place().saturating_add_signed(by));
        }
        Context::Trace => {
            let by = step(motion, page(layout.and_then(|layout| layout.trace)));
            if let Some(tab) = model.open.current_mut() {
                match motion {
                    Motion::Bottom => tab.trace.follow(),
                    _ => tab.trace.step(&tab.view, by),
                }
            }
        }
        Context::Run => super::pane::motion(model, motion),
        Context::Reader => scroll_reader(model, motion),
        Context::Picker => return pick(model, motion),
        Context::Launch => in_launch(model, motion),
        Context::Call => super::api::motion(model, step(motion, 5)),
        Context::Confirm => {
            if let Some(Layer::Confirm(confirm)) = model.layers.last_mut() {
                confirm.yes_is_marked = !confirm.yes_is_marked;
            }
        }
        Context::Approval => scroll_approval(model, motion),
        Context::Config
        | Context::ConfigField
        | Context::ConfigRaw
        | Context::ConfigReview
        | Context::ConfigVersions
        | Context::ConfigChoice => return super::config::motion(model, motion),
        Context::Filter | Context::Global => {}
    }
    Vec::new()
}

fn scroll_reader(model: &mut Model, motion: Motion) {
    let (last, page) = text::reader_extent(model);
    let by = step(motion, page);
    if let Some(Layer::Reader(reader)) = model.layers.last_mut() {
        reader.top = reader.top.min(last).saturating_add_signed(by).min(last);
    }
}

fn scroll_approval(model: &mut Model, motion: Motion) {
    let (last, page) = text::approval_extent(model);
    let by = step(motion, page);
    if let Some(Layer::Approval(approval)) = model.layers.last_mut() {
        approval.top = approval.top.min(last).saturating_add_signed(by).min(last);
    }
}

fn pick(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let by = step(motion, 10);
    match model.layers.last_mut() {
        Some(Layer::Palette(palette)) => palette.picker.step(by),
        Some(Layer::Themes(themes)) => {
            themes.picker.step(by);
            return close::preview(model);
        }
        _ => {}
    }
    Vec::new()
}

fn in_launch(model: &mut Model, motion: Motion) {
    let Some(Layer::Launch(launch)) = model.layers.last_mut() else { return };
    let by = step(motion, 5);
    match launch.field {
        Field::Workflow => {
            launch.remember(&mut model.remembered);
            launch.workflows.step(by);
            launch.show_chosen(&model.catalog, &model.remembered);
        }
        Field::Start => launch.step(by.signum()),
        Field::Requirements | Field::Config(_) => {
            let many_lines = launch.has_many_lines();
            match launch.input() {
                Some(input) if many_lines && by < 0 => input.up(),
                Some(input) if many_lines => input.down(),
                _ => launch.step(by.signum()),
            }
        }
    }
}
