//! The difference before anything is written.

use ratatui::layout::Rect;

use super::{Canvas, plain};
use crate::tui::config::{Review, ReviewKind};
use crate::tui::layout::text_area;
use crate::tui::text;
use crate::tui::theme::Role;

pub(in crate::tui::view) fn draw(canvas: &mut Canvas<'_>, review: &Review, area: Rect) {
    let (title, role) = match review.kind {
        ReviewKind::Save => ("What saving changes", Role::Title),
        ReviewKind::Conflict => ("Somebody else changed the file: what overwriting it changes", Role::Warn),
    };
    let inside = text_area(area);
    let lines = text::review(review).wrapped(usize::from(inside.width));
    let height = usize::from(inside.height);
    let top = review.top.min(lines.len().saturating_sub(height));
    let seen = &lines[top..(top + height).min(lines.len())];
    let place = if lines.len() > height {
        format!("{}–{} of {}", top + 1, top + seen.len(), lines.len())
    } else {
        String::new()
    };
    canvas.frame(area, &plain(role, title), &plain(Role::TextMuted, place), true);
    for (row, line) in inside.rows().zip(seen) {
        canvas.row(row, line);
    }
}
