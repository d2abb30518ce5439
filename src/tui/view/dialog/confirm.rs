//! A question.

use ratatui::layout::{Margin, Rect};

use super::{Canvas, plain};
use crate::tui::layer::Confirm;
use crate::tui::model::{Model, RichLine};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, confirm: &Confirm, area: Rect) {
    canvas.frame(area, &plain(Role::Warn, confirm.question.as_str()), &RichLine::default(), true);
    let inside = area.inner(Margin::new(2, 1));
    let text = Rect { height: inside.height.saturating_sub(2), ..inside };
    canvas.rows(text, &confirm.text.wrapped(usize::from(text.width)));
    let Some(row) = inside.rows().next_back() else { return };
    if !confirm.is_armed(model.screen.now) {
        canvas.text(row, "Read first: keys count in a moment.", Role::TextMuted);
        return;
    }
    // Brackets and colour mark the answer that Enter takes.
    let answer = |name: &str, marked: bool| {
        if marked { (Role::Selection, format!("[ {name} ]")) } else { (Role::Text, format!("  {name}  ")) }
    };
    let pieces =
        vec![answer("No", !confirm.yes_is_marked), (Role::Text, "  ".to_owned()), answer("Yes", confirm.yes_is_marked)];
    canvas.row(row, &RichLine(pieces));
}
