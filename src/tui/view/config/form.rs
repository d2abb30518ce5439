//! The form: a line for each field, its value, and where that comes from.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::{Canvas, field, input};
use crate::tui::config::ConfigEditor;
use crate::tui::config::lines::{Line, in_sight, lines};
use crate::tui::config::row::Row;
use crate::tui::model::RichLine;
use crate::tui::theme::Role;

/// A place is worth saying where there is so much room.
const WITH_ORIGIN: u16 = 56;
/// What belongs together is no farther apart than this.
const WIDEST: u16 = 110;

pub(super) fn draw(canvas: &mut Canvas<'_>, editor: &ConfigEditor, area: Rect) {
    let rows = editor.rows();
    if rows.is_empty() {
        canvas.text(Rect { height: 1.min(area.height), ..area }, " it has no settings", Role::TextMuted);
        return;
    }
    let lines = lines(editor, &rows);
    let selected = editor.place(&rows);
    let names = names_width(&rows, area.width);
    let whole = area;
    let area = Rect { width: area.width.min(WIDEST), ..area };
    for (at, line) in in_sight(&lines, selected, area.height) {
        let rest = Rect { y: area.y + at, height: line.height().min(area.height - at), ..area };
        let top = Rect { height: 1, ..rest };
        match line {
            Line::Document(message) => {
                canvas.text(top, &format!(" ✗ {message}"), Role::Error);
            }
            Line::General => {
                canvas.text(top, "── of every plugin ", Role::TextMuted);
            }
            Line::Row(place) => row(canvas, editor, &rows[*place], *place == selected, names, top),
            Line::Box(..) => boxed(canvas, editor, Rect { x: rest.x + 2, width: rest.width.saturating_sub(2), ..rest }),
            Line::Problem(place, message) => {
                let indent = 3 + 2 * rows[*place].depth;
                canvas.text(top, &format!("{:indent$}✗ {message}", ""), Role::Error);
            }
        }
    }
    let hidden = lines.iter().map(|line| usize::from(line.height())).sum::<usize>() > usize::from(area.height);
    if hidden {
        scroll_mark(canvas, whole, selected, rows.len());
    }
}

/// Where in a long form one is, at its right edge.
fn scroll_mark(canvas: &mut Canvas<'_>, area: Rect, selected: usize, len: usize) {
    let last = usize::from(area.height.saturating_sub(1));
    let at = selected * last / len.saturating_sub(1).max(1);
    let at = u16::try_from(at).unwrap_or(0);
    canvas.text(Rect { x: area.right(), y: area.y + at, width: 1, height: 1 }, "█", Role::BorderFocused);
}

/// As much as the longest name needs, and never more than leaves room for the values.
fn names_width(rows: &[Row<'_>], width: u16) -> usize {
    let longest = rows.iter().map(|row| 2 * row.depth + row.name.width() + 2).max().unwrap_or(0);
    longest.clamp(10, (usize::from(width) * 2 / 5).max(12))
}

fn row(canvas: &mut Canvas<'_>, editor: &ConfigEditor, row: &Row<'_>, selected: bool, names: usize, area: Rect) {
    let problem = editor.problems().any(|problem| problem.pointer == row.pointer);
    let fold = match row.open {
        Some(true) => "▾",
        Some(false) => "▸",
        None => " ",
    };
    let name_role = if problem {
        Role::Error
    } else if selected {
        Role::Title
    } else {
        Role::Text
    };
    let mut line = vec![
        (Role::TextMuted, format!(" {}{fold} ", "  ".repeat(row.depth))),
        (name_role, row.name.clone()),
        (Role::Warn, if row.required { "*" } else { "" }.to_owned()),
    ];
    if field::is_changed(editor, row) {
        line.push((Role::Warn, " ●".to_owned()));
    }
    let start = 3 + u16::try_from(names).unwrap_or(u16::MAX);
    canvas.row(Rect { width: start.min(area.width), ..area }, &RichLine(line));
    let mut value = Rect { x: area.x + start.min(area.width), width: area.width.saturating_sub(start), ..area };
    if area.width >= WITH_ORIGIN {
        let origin = field::origin(editor, row);
        let width = u16::try_from(origin.width()).unwrap_or(0).min(value.width / 2);
        let place = Rect { x: value.right().saturating_sub(width + 1), width, ..value };
        canvas.text(place, origin, Role::TextMuted);
        value.width = value.width.saturating_sub(18);
    }
    let typing = editor.typing.as_ref().filter(|typing| typing.pointer == row.pointer && row.notation().is_some());
    match typing {
        Some(typing) if !typing.input.has_many_lines() => {
            mark(canvas, area);
            input::draw(canvas, &typing.input, value, true);
        }
        _ => {
            canvas.row(value, &field::value(editor, row));
            if selected && typing.is_none() {
                canvas.select(area);
            } else if selected {
                mark(canvas, area);
            }
        }
    }
}

/// The bar before the line that is typed into.
fn mark(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.text(Rect { width: 1, ..area }, "▌", Role::Key);
}

fn boxed(canvas: &mut Canvas<'_>, editor: &ConfigEditor, area: Rect) {
    let Some(typing) = &editor.typing else { return };
    canvas.frame(area, &RichLine::default(), &RichLine::default(), true);
    input::draw(canvas, &typing.input, crate::tui::layout::text_area(area), true);
}
