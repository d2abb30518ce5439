//! A request that waits for an answer: its whole text, and below it the answers. None is marked.

use ratatui::layout::{Margin, Rect};

use super::{Canvas, plain};
use crate::tui::layer::Approval;
use crate::tui::layout::approval_text;
use crate::tui::model::{Model, waiting};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, approval: &Approval, area: Rect) {
    let all = waiting(model);
    let place = all.iter().position(|one| *one == approval.waiting);
    let note = place.map_or_else(String::new, |place| format!("{} of {}", place + 1, all.len()));
    canvas.frame(
        area,
        &plain(Role::Warn, text::approval_title(&approval.waiting)),
        &plain(Role::TextMuted, note),
        true,
    );
    let space = approval_text(area);
    let lines = approval.text().wrapped(usize::from(space.width));
    let height = usize::from(space.height);
    let top = approval.top.min(lines.len().saturating_sub(height));
    let seen = &lines[top..(top + height).min(lines.len())];
    for (row, line) in space.rows().zip(seen) {
        canvas.row(row, line);
    }
    let left = lines.len() - top - seen.len();
    let title = match left {
        0 => String::new(),
        1 => "1 more line below".to_owned(),
        many => format!("{many} more lines below"),
    };
    let divider = Rect { y: space.bottom(), height: 1, x: area.x, width: area.width };
    if divider.y >= area.bottom().saturating_sub(1) {
        return;
    }
    canvas.divider(divider, &plain(Role::Warn, title), true);
    let inside = area.inner(Margin::new(2, 1));
    let answers = Rect { y: divider.bottom(), height: inside.bottom().saturating_sub(divider.bottom()), ..inside };
    let width = usize::from(answers.width);
    if let (Some(notice), Some(row)) = (&model.notice, answers.rows().next_back()) {
        let text = notice.text.lines().next().unwrap_or_default();
        canvas.text(row, &format!("({text})"), Role::TextMuted);
    }
    let answers = Rect { height: answers.height.saturating_sub(1), ..answers };
    canvas.rows(answers, &text::approval_answers(model, approval, width).wrapped(width));
}
