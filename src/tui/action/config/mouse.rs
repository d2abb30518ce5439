//! A click in the editor, or in what stands above it.

use ratatui::layout::Position;

use super::{follow, form};
use crate::tui::action::Action;
use crate::tui::config::lines::{in_sight, lines};
use crate::tui::config::{Parts, Raw, VersionsParts, column_at};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::model::{Model, window};

/// Selects what is hit; what is selected already is opened.
pub fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let screen = model.screen.area();
    let Some(layer) = model.layers.last_mut() else { return Vec::new() };
    let area = layout::dialog(layer, screen);
    if !area.contains(at) {
        return match layer {
            Layer::Values(_) | Layer::Versions(_) => crate::tui::action::perform(model, Action::Close),
            _ => Vec::new(),
        };
    }
    match layer {
        Layer::Config(editor) => {
            let list = Parts::of(editor, area).list;
            if !list.contains(at) {
                return Vec::new();
            }
            match &mut editor.raw {
                Some(raw) => {
                    place_cursor(raw, list, at);
                    follow(model);
                }
                None => return in_form(model, list, at),
            }
        }
        Layer::Versions(versions) => {
            let list = VersionsParts::of(versions, layout::text_area(area)).list;
            let seen = window(versions.selected, versions.versions.len(), usize::from(list.height));
            if list.contains(at) {
                let wanted = seen.start + usize::from(at.y - list.y);
                versions.step(isize::try_from(wanted).unwrap_or(0) - isize::try_from(versions.selected).unwrap_or(0));
                return super::fetch_version(model);
            }
        }
        Layer::Values(values) => {
            let inside = layout::text_area(area);
            let height = inside.height.saturating_sub(1);
            let len = values.picker.matches().len();
            let seen = window(values.picker.selected(), len, usize::from(height));
            let wanted = at.y.checked_sub(inside.y + 1).map(|row| seen.start + usize::from(row));
            if let Some(wanted) = wanted.filter(|wanted| inside.contains(at) && seen.contains(wanted)) {
                let by = isize::try_from(wanted).unwrap_or(0) - isize::try_from(values.picker.selected()).unwrap_or(0);
                values.picker.step(by);
                return form::picked(model);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn in_form(model: &mut Model, list: ratatui::layout::Rect, at: Position) -> Vec<Effect> {
    let Some(Layer::Config(editor)) = model.layers.last_mut() else { return Vec::new() };
    let rows = editor.rows();
    let selected = editor.place(&rows);
    let lines = lines(editor, &rows);
    let seen = in_sight(&lines, selected, list.height);
    let row = at.y - list.y;
    let hit = seen.iter().rev().find(|(from, line)| *from <= row && row < from + line.height());
    let Some(place) = hit.and_then(|(_, line)| line.row()) else { return Vec::new() };
    let id = rows[place].id.clone();
    if editor.typing.as_ref().is_some_and(|typing| typing.pointer == rows[place].pointer) {
        return Vec::new();
    }
    if !editor.keep() {
        return Vec::new();
    }
    if place == selected {
        return form::enter(model);
    }
    editor.cursor = id;
    Vec::new()
}

fn place_cursor(raw: &mut Raw, list: ratatui::layout::Rect, at: Position) {
    let line = raw.top + usize::from(at.y - list.y);
    let column = column_at(raw, list.width, line, usize::from(at.x - list.x));
    raw.input.jump(line, column);
}
