//! The panes of a run: focus, zoom, scroll, search.

use ratatui::layout::Size;

use super::{Context, Motion};
use crate::tui::effect::Effect;
use crate::tui::layout::Layout;
use crate::tui::model::{Model, Pane};

/// How far a key goes sideways in lines that are not wrapped.
const COLUMNS: usize = 8;

pub(super) fn zoom(model: &mut Model) -> Vec<Effect> {
    if let Some(tab) = model.open.current_mut() {
        tab.zoomed = !tab.zoomed && !tab.panes.is_empty();
    }
    Vec::new()
}

/// Scrolls the focused pane by lines.
pub(super) fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    if let Some(place) = model.tab().map(|tab| tab.focused) {
        scroll_at(model, place, by);
    }
    Vec::new()
}

/// Scrolls the pane at `place` by lines.
pub fn scroll_at(model: &mut Model, place: usize, by: isize) {
    let Some((pane, size)) = pane_at(model, place) else { return };
    let rows = by.unsigned_abs();
    if by < 0 {
        pane.scroll.scroll_up(&pane.text, size, rows);
    } else {
        pane.scroll.scroll_down(&pane.text, size, rows);
    }
}

pub(super) fn wrap(model: &mut Model) -> Vec<Effect> {
    if let Some(pane) = model.open.current_mut().and_then(|tab| tab.pane_mut()) {
        pane.scroll.toggle_wrap();
    }
    Vec::new()
}

/// Goes to the next match of the pane's search, or to the one before.
pub(super) fn find_next(model: &mut Model, forward: bool) -> Vec<Effect> {
    if model.context() == Context::ConfigRaw {
        return super::config::find_again(model, forward);
    }
    let Some((pane, size)) = focused(model) else { return Vec::new() };
    let Some(search) = &mut pane.search else { return Vec::new() };
    search.update(&pane.text);
    let found = if forward { search.forward() } else { search.backward() };
    if let Some(found) = found {
        pane.scroll.show(&pane.text, size, found.line, found.start);
    }
    Vec::new()
}

pub(super) fn motion(model: &mut Model, motion: Motion) {
    let zoomed = model.tab().is_some_and(|tab| tab.zoomed);
    match motion {
        Motion::Up if zoomed => drop(scroll(model, -1)),
        Motion::Down if zoomed => drop(scroll(model, 1)),
        Motion::Left if zoomed => sideways(model, false),
        Motion::Right if zoomed => sideways(model, true),
        Motion::Up | Motion::Down | Motion::Left | Motion::Right => move_focus(model, motion),
        Motion::PageUp | Motion::PageDown | Motion::Top | Motion::Bottom => {
            let Some((pane, size)) = focused(model) else { return };
            match motion {
                Motion::PageUp => pane.scroll.page_up(&pane.text, size),
                Motion::PageDown => pane.scroll.page_down(&pane.text, size),
                Motion::Top => pane.scroll.to_top(&pane.text, size),
                _ => pane.scroll.follow(),
            }
        }
    }
}

/// The focused pane and the size of its text.
pub(super) fn focused(model: &mut Model) -> Option<(&mut Pane, Size)> {
    let place = model.tab()?.focused;
    pane_at(model, place)
}

fn pane_at(model: &mut Model, place: usize) -> Option<(&mut Pane, Size)> {
    let size = Layout::of(model).and_then(|layout| layout.run?.tiles.text_size(place)).unwrap_or(Size::new(80, 20));
    model.open.current_mut()?.panes.get_mut(place).map(|pane| (pane, size))
}

/// Shows what is cut off at the side of the zoomed pane; where lines are wrapped, the next pane or the one before.
fn sideways(model: &mut Model, right: bool) {
    match focused(model) {
        Some((pane, _)) if !pane.scroll.is_wrapped() && right => pane.scroll.scroll_right(COLUMNS),
        Some((pane, _)) if !pane.scroll.is_wrapped() => pane.scroll.scroll_left(COLUMNS),
        _ => step_focus(model, if right { 1 } else { -1 }),
    }
}

fn step_focus(model: &mut Model, by: isize) {
    if let Some(tab) = model.open.current_mut() {
        tab.focused = tab.focused.saturating_add_signed(by).min(tab.panes.len().saturating_sub(1));
    }
}

/// Focuses the nearest pane in that direction. Where there is none, the one before or after in the order of their
/// start.
fn move_focus(model: &mut Model, motion: Motion) {
    let Some(tiles) = Layout::of(model).and_then(|layout| layout.run).map(|run| run.tiles) else { return };
    let forward = matches!(motion, Motion::Down | Motion::Right);
    if !tiles.collapsed.is_empty() {
        // Who is in sight depends on the focus: only the order of their start leads to each.
        return step_focus(model, if forward { 1 } else { -1 });
    }
    let Some(tab) = model.open.current_mut() else { return };
    let Some((_, from)) = tiles.panes.iter().find(|(place, _)| *place == tab.focused) else {
        tab.focused = 0;
        return;
    };
    let centre = |area: &ratatui::layout::Rect| {
        (i32::from(area.x) + i32::from(area.width) / 2, i32::from(area.y) + i32::from(area.height) / 2)
    };
    let (x, y) = centre(from);
    let beside = tiles.panes.iter().filter(|(_, area)| match motion {
        Motion::Left => area.right() <= from.x,
        Motion::Right => area.x >= from.right(),
        Motion::Up => area.bottom() <= from.y,
        _ => area.y >= from.bottom(),
    });
    let nearest = beside.min_by_key(|(_, area)| {
        let (other_x, other_y) = centre(area);
        (other_x - x).abs() + 2 * (other_y - y).abs()
    });
    match nearest {
        Some((place, _)) => tab.focused = *place,
        None => step_focus(model, if forward { 1 } else { -1 }),
    }
}
