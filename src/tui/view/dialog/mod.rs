//! Dialogs, above everything else.

mod approval;
mod call;
mod confirm;
pub(super) mod editor;
mod launch;
mod picker;
mod reader;

use super::canvas::{Canvas, plain};
use super::config;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, layer: &Layer) {
    let area = layout::dialog(layer, model.screen.area());
    if area.is_empty() {
        return;
    }
    canvas.clear(area);
    match layer {
        Layer::Launch(dialog) => launch::draw(canvas, model, dialog, area),
        Layer::Call(dialog) => call::draw(canvas, dialog, area),
        Layer::Approval(dialog) => approval::draw(canvas, model, dialog, area),
        Layer::Confirm(dialog) => confirm::draw(canvas, model, dialog, area),
        Layer::Reader(dialog) => reader::draw(canvas, model, dialog, area),
        Layer::Palette(dialog) => {
            picker::draw(canvas, &plain(Role::Title, dialog.title.as_str()), &dialog.picker, area)
        }
        Layer::Themes(dialog) => picker::draw(canvas, &plain(Role::Title, "Themes"), &dialog.picker, area),
        Layer::Config(dialog) => config::draw(canvas, model, dialog, area),
        Layer::Review(dialog) => config::review(canvas, dialog, area),
        Layer::Versions(dialog) => config::versions(canvas, dialog, area),
        Layer::Values(dialog) => {
            picker::draw(canvas, &plain(Role::Title, dialog.title.as_str()), &dialog.picker, area);
        }
        Layer::Filter(_) => {}
    }
}
