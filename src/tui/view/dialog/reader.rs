//! Text to read.

use ratatui::layout::Rect;

use super::{Canvas, plain};
use crate::tui::layer::Reader;
use crate::tui::layout::text_area;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, reader: &Reader, area: Rect) {
    let (title, rich) = text::reader(model, &reader.subject);
    let inside = text_area(area);
    let lines = rich.wrapped(usize::from(inside.width));
    let height = usize::from(inside.height);
    let top = reader.top.min(lines.len().saturating_sub(height));
    let seen = &lines[top..(top + height).min(lines.len())];
    let place = if lines.len() > height {
        format!("{}–{} of {}", top + 1, top + seen.len(), lines.len())
    } else {
        String::new()
    };
    canvas.frame(area, &plain(Role::Title, title), &plain(Role::TextMuted, place), true);
    for (row, line) in inside.rows().zip(seen) {
        canvas.row(row, line);
    }
}
