//! The document as text: lines with their numbers, JSON in colours, what is wrong at its line.

use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::Canvas;
use crate::tui::config::{ConfigEditor, Raw, cells, cells_before, gutter, left_edge, matches};
use crate::tui::text::json_roles;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, editor: &ConfigEditor, area: Rect) {
    let Some(raw) = &editor.raw else { return };
    let lines = raw.input.lines_of_text();
    let (cursor_line, cursor_column) = raw.input.cursor();
    let wrong = problems(editor, raw);
    let gutter = gutter(raw);
    // What is wrong where the cursor is, or first of all, stands below the text.
    let said = wrong.iter().find(|(line, ..)| *line == cursor_line).or(wrong.first());
    let text_rows = area.height.saturating_sub(u16::from(said.is_some()));
    let text = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), height: text_rows, ..area };
    let left = left_edge(raw, text.width);
    for (row, number) in text.rows().zip(raw.top..lines.len()) {
        let is_wrong = wrong.iter().any(|(line, ..)| *line == number);
        let (mark, role) = if is_wrong { ("✗", Role::Error) } else { (" ", Role::TextMuted) };
        let width = usize::from(gutter).saturating_sub(3);
        let head = Rect { x: area.x, width: gutter, ..row };
        canvas.text(
            head,
            &format!("{mark}{:>width$} ", number + 1),
            if number == cursor_line { Role::Key } else { role },
        );
        line(canvas, &lines[number], left, row);
    }
    highlight(canvas, raw, text, left);
    for (number, column, _) in &wrong {
        paint(canvas, raw, text, left, (*number, *column), 1, |canvas| {
            canvas.style(Role::Error).add_modifier(Modifier::UNDERLINED)
        });
    }
    paint(canvas, raw, text, left, (cursor_line, cursor_column), 1, |canvas| {
        canvas.style(Role::Text).add_modifier(Modifier::REVERSED)
    });
    if let (Some((line, column, message)), Some(row)) = (said, area.rows().next_back()) {
        let role = if raw.refused { Role::Warn } else { Role::Error };
        let why = if raw.refused { "no form of this: " } else { "" };
        canvas.text(row, &format!(" ✗ {why}line {}, column {}: {message}", line + 1, column + 1), role);
    }
}

/// Line, character (both from 0) and words of everything that is wrong.
fn problems(editor: &ConfigEditor, raw: &Raw) -> Vec<(usize, usize, String)> {
    if let Some(fault) = raw.fault() {
        return vec![(fault.line - 1, fault.column - 1, fault.message)];
    }
    let number = |number: Option<u32>| number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1) - 1;
    editor.check.problems.iter().map(|p| (number(p.line), number(p.column), p.message.clone())).collect()
}

fn line(canvas: &mut Canvas<'_>, line: &str, left: usize, row: Rect) {
    let roles = json_roles(line);
    let mut at = 0;
    for (c, role) in line.chars().zip(roles) {
        let width = cells(c);
        if at >= left
            && let Ok(offset) = u16::try_from(at - left)
            && offset.saturating_add(u16::try_from(width).unwrap_or(1)) <= row.width
        {
            let shown = if c.is_control() { if c == '\t' { ' ' } else { '\u{fffd}' } } else { c };
            let place = Rect { x: row.x + offset, width: row.width - offset, ..row };
            canvas.text(place, shown.encode_utf8(&mut [0; 4]), role);
        }
        at += width;
    }
}

/// Marks what is selected and what was searched for.
fn highlight(canvas: &mut Canvas<'_>, raw: &Raw, area: Rect, left: usize) {
    let seen = raw.top..raw.top + usize::from(area.height);
    if !raw.query.is_empty() {
        let length = raw.query.chars().count();
        let last = seen.end.min(raw.input.lines_of_text().len());
        for (line, column) in matches(&raw.input.lines_of_text()[raw.top.min(last)..last], &raw.query) {
            paint(canvas, raw, area, left, (line + raw.top, column), length, |canvas| canvas.style(Role::Badge));
        }
    }
    let Some((from, to)) = raw.input.selection() else { return };
    for line in from.0.max(seen.start)..=to.0.min(seen.end) {
        let start = if line == from.0 { from.1 } else { 0 };
        let length = raw.input.lines_of_text().get(line).map_or(0, |text| text.chars().count());
        let end = if line == to.0 { to.1 } else { length };
        paint(canvas, raw, area, left, (line, start), end.saturating_sub(start), |canvas| {
            canvas.style(Role::Selection)
        });
    }
}

/// Gives some characters a look.
fn paint(
    canvas: &mut Canvas<'_>,
    raw: &Raw,
    area: Rect,
    left: usize,
    (line, column): (usize, usize),
    length: usize,
    style: impl Fn(&Canvas<'_>) -> ratatui::style::Style,
) {
    let Some(row) = line.checked_sub(raw.top).and_then(|row| u16::try_from(row).ok()).filter(|row| *row < area.height)
    else {
        return;
    };
    let text = raw.input.lines_of_text().get(line).map_or("", String::as_str);
    let style = style(canvas);
    for place in column..column + length {
        let cell = cells_before(text, place);
        let width = text.chars().nth(place).map_or(1, cells);
        for cell in cell..cell + width {
            let Some(offset) =
                cell.checked_sub(left).and_then(|at| u16::try_from(at).ok()).filter(|at| *at < area.width)
            else {
                continue;
            };
            if let Some(cell) = canvas.buffer.cell_mut(Position::new(area.x + offset, area.y + row)) {
                cell.set_style(style);
            }
        }
    }
}
