//! What the last command came to, above the key hints.

use ratatui::layout::{Margin, Rect};

use super::canvas::{Canvas, plain};
use crate::tui::model::{Notice, NoticeKind, Rich, RichLine};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, notice: &Notice, space: Rect) {
    let (title, role) = match notice.kind {
        NoticeKind::Good => ("✓ done", Role::Ok),
        NoticeKind::Note => ("note", Role::Title),
        NoticeKind::Bad => ("✗ failed", Role::Error),
    };
    let mut text = Rich::default();
    text.push(Role::Text, notice.text.as_str());
    if let Some(remedy) = &notice.remedy {
        text.push(Role::Key, remedy.as_str());
    }
    let width = space.width.min(72);
    let lines = text.wrapped(usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(space.height);
    let area = Rect { x: space.right() - width, y: space.bottom() - height, width, height };
    canvas.clear(area);
    canvas.frame(area, &plain(role, title), &RichLine::default(), false);
    canvas.rows(area.inner(Margin::new(2, 1)), &lines);
}
