//! The form in which a route is tried.

use ratatui::layout::Rect;

use super::{Canvas, editor, plain};
use crate::tui::layer::{CallField, CallForm, CallPart};
use crate::tui::layout;
use crate::tui::model::{Rich, RichLine};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, form: &CallForm, area: Rect) {
    canvas.frame(area, &plain(Role::Title, "Try a route"), &RichLine::default(), true);
    let places = layout::call(area, form);
    let route = &form.route;
    let head = vec![
        (Role::Title, format!("{} {}", route.method, route.path)),
        (Role::TextMuted, format!("  of {}", route.plugin)),
    ];
    canvas.row(Rect { height: 1.min(places.head.height), ..places.head }, &RichLine(head));
    for (place, area) in places.fields {
        if let Some(one) = form.fields.get(place) {
            field(canvas, one, area, place == form.place);
        }
    }
    if let Some(problem) = &form.problem {
        let mut rich = Rich::default();
        rich.push(Role::Error, format!("✗ {problem}"));
        canvas.rows(places.problem, &rich.wrapped(usize::from(places.problem.width)));
    }
    if form.sent.is_some() {
        canvas.text(places.send, " sent; the answer is on its way…", Role::Running);
        return;
    }
    let is_focused = form.focused().is_none();
    let (mark, role) = if is_focused { ("▌", Role::Selection) } else { (" ", Role::Title) };
    canvas.row(places.send, &RichLine(vec![(Role::Key, mark.to_owned()), (role, "[ Send ]".to_owned())]));
}

fn field(canvas: &mut Canvas<'_>, field: &CallField, area: Rect, focused: bool) {
    let mark = if focused { "▌" } else { " " };
    let name = match &field.part {
        CallPart::Method => "method".to_owned(),
        CallPart::Path { name, .. } => name.clone(),
        CallPart::Query => "query".to_owned(),
        CallPart::Headers => "Headers: name: value, one a line".to_owned(),
        CallPart::Body => "Body".to_owned(),
    };
    if !field.has_many_lines() {
        editor::line(canvas, &format!("{mark}{name:<12} "), &field.input, area, focused);
        return;
    }
    let role = if focused { Role::Title } else { Role::TextMuted };
    let row = Rect { height: 1.min(area.height), ..area };
    canvas.row(row, &RichLine(vec![(Role::Key, mark.to_owned()), (role, name)]));
    let rest = Rect {
        x: area.x + 1,
        y: row.bottom(),
        width: area.width.saturating_sub(1),
        height: area.height.saturating_sub(1),
    };
    editor::draw(canvas, &field.input, rest, focused);
}
