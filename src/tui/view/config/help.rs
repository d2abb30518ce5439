//! What is said of the selected field.

use ratatui::layout::{Margin, Rect};

use super::{Canvas, field};
use crate::tui::config::{ConfigEditor, Parts};
use crate::tui::model::RichLine;
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, editor: &ConfigEditor, parts: Parts, area: Rect) {
    if parts.help.is_empty() {
        return;
    }
    let rows = editor.rows();
    let Some(row) = rows.get(editor.place(&rows)) else { return };
    if parts.divider.height > 1 {
        for line in parts.divider.rows() {
            canvas.text(line, "│", Role::Border);
        }
    } else {
        let across = Rect { x: area.x, width: area.width, ..parts.divider };
        canvas.divider(across, &RichLine::default(), true);
    }
    let inside = parts.help.inner(Margin::new(1, 0));
    let rich = text::config_field(editor, row, field::origin(editor, row));
    canvas.rows(inside, &rich.wrapped(usize::from(inside.width)));
}
