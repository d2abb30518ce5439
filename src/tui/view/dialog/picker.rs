//! A list that narrows as one types.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::{Canvas, editor, plain};
use crate::tui::layout::text_area;
use crate::tui::model::{Picker, RichLine, window};
use crate::tui::theme::Role;

pub(super) fn draw<T>(canvas: &mut Canvas<'_>, title: &RichLine, picker: &Picker<T>, area: Rect) {
    let count = plain(Role::TextMuted, picker.matches().len().to_string());
    canvas.frame(area, title, &count, true);
    let inside = text_area(area);
    let query = Rect { height: 1.min(inside.height), ..inside };
    editor::line(canvas, "find ", &picker.query, query, true);
    let list = Rect { y: query.bottom(), height: inside.height.saturating_sub(1), ..inside };
    items(canvas, picker, list);
}

/// The items that are in sight, their notes at the right.
pub(super) fn items<T>(canvas: &mut Canvas<'_>, picker: &Picker<T>, list: Rect) {
    if picker.is_empty() {
        canvas.text(Rect { height: 1.min(list.height), ..list }, " nothing matches", Role::TextMuted);
        return;
    }
    let seen = window(picker.selected(), picker.matches().len(), usize::from(list.height));
    let first = seen.start;
    for ((place, item), row) in picker.matches().enumerate().skip(first).zip(list.rows()) {
        let label = format!(" {}", item.label);
        let room = usize::from(row.width).saturating_sub(label.width() + 3);
        if item.note.width() <= room {
            canvas.row_right(row, &plain(Role::TextMuted, format!("{} ", item.note)));
            canvas.text(row, &label, Role::Text);
        } else {
            canvas.row(row, &RichLine(vec![(Role::Text, label), (Role::TextMuted, format!("  {}", item.note))]));
        }
        if place == picker.selected() {
            canvas.select(row);
        }
    }
}
