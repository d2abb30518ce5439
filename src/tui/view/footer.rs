//! The last line: the keys that work here.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::tui::model::Model;
use crate::tui::text;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, row: Rect) {
    canvas.row(row, &text::hints(model, usize::from(row.width)));
}
