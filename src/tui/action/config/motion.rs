//! Moving in the editor and in what stands above it.

use super::{editor, form, page, versions};
use crate::tui::action::Context;
use crate::tui::action::motion::{Motion, step};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::text;

/// Moves where the focus is.
pub fn perform(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let rows = page(model);
    match model.context() {
        Context::Config => match motion {
            Motion::Left => return form::sideways(model, -1),
            Motion::Right => return form::sideways(model, 1),
            _ => {
                if let Some(editor) = editor(model) {
                    editor.step(step(motion, rows));
                }
            }
        },
        Context::ConfigField => in_field(model, motion),
        Context::ConfigRaw => in_text(model, step(motion, rows)),
        Context::ConfigReview => {
            let (last, height) = text::review_extent(model);
            if let Some(Layer::Review(review)) = model.layers.last_mut() {
                review.top = review.top.min(last).saturating_add_signed(step(motion, height)).min(last);
            }
        }
        Context::ConfigVersions => return versions::motion(model, motion),
        Context::ConfigChoice => {
            if let Some(Layer::Values(values)) = model.layers.last_mut() {
                values.picker.step(step(motion, 10));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// In a text of many lines the cursor moves; else the field is left, as with Tab.
fn in_field(model: &mut Model, motion: Motion) {
    let Some(editor) = editor(model) else { return };
    let Some(typing) = &mut editor.typing else { return };
    let by = step(motion, 1);
    match typing.input.has_many_lines() {
        true if by < 0 => typing.input.up(),
        true => typing.input.down(),
        false => {
            if editor.keep() {
                editor.step(by);
            }
        }
    }
}

fn in_text(model: &mut Model, by: isize) {
    if let Some(raw) = editor(model).and_then(|editor| editor.raw.as_mut()) {
        let (line, column) = raw.input.cursor();
        let last = raw.input.lines_of_text().len().saturating_sub(1);
        raw.input.jump(line.saturating_add_signed(by).min(last), column);
    }
    super::follow(model);
}

/// Keeps what was typed and goes to the next field, or the one before.
pub(in crate::tui::action) fn field(model: &mut Model, by: isize) {
    if let Some(editor) = editor(model)
        && editor.keep()
    {
        editor.step(by);
    }
}
