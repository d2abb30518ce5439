//! Text being typed.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use super::Canvas;
use crate::tui::model::Input;
use crate::tui::theme::Role;

/// An editor in the whole of `area`; the cursor shows where the focus is.
pub(in crate::tui::view) fn draw(canvas: &mut Canvas<'_>, input: &Input, area: Rect, focused: bool) {
    if area.is_empty() {
        return;
    }
    // A copy, since drawing must not change the model.
    let mut editor = input.area().clone();
    let text = canvas.style(Role::Text);
    editor.set_style(text);
    editor.set_cursor_line_style(Style::new());
    editor.set_selection_style(canvas.style(Role::Selection));
    editor.set_cursor_style(if focused { text.add_modifier(Modifier::REVERSED) } else { text });
    (&editor).render(area, canvas.buffer);
}

/// A name and an editor of one line.
pub(super) fn line(canvas: &mut Canvas<'_>, name: &str, input: &Input, row: Rect, focused: bool) {
    let role = if focused { Role::Key } else { Role::TextMuted };
    let used = canvas.text(row, name, role);
    draw(canvas, input, Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row }, focused);
}
