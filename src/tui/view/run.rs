//! The column of a run: its header, and the panes.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::pane;
use crate::tui::layout::{RunColumn, reason_rows, text_area};
use crate::tui::model::{Focus, Model, RichLine, Tab};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, column: &RunColumn) {
    let focused = model.screen.focus == Focus::Run;
    let Some(tab) = model.tab() else {
        canvas.frame(column.area, &plain(Role::Title, "Run"), &RichLine::default(), focused);
        let inside = text_area(column.area);
        let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        canvas.rows(inside, &text::welcome(model).wrapped(usize::from(inside.width)));
        return;
    };
    header(canvas, model, tab, column.header);
    for (place, area) in &column.tiles.panes {
        pane::draw(canvas, model, tab, *place, *area, focused && *place == tab.focused);
    }
    if !column.tiles.collapsed.is_empty() {
        pane::strip(canvas, model, tab, &column.tiles.collapsed, column.tiles.strip);
    }
    if tab.panes.is_empty() {
        let rest = Rect {
            y: column.header.bottom(),
            height: column.area.bottom().saturating_sub(column.header.bottom()),
            ..column.area
        };
        canvas.frame(rest, &RichLine::default(), &RichLine::default(), focused);
        let waiting = match (tab.view.is_over(), tab.view.seq) {
            (true, _) => "No agent ran.",
            (false, 0) => "Waiting for the first event…",
            (false, _) => "No agent has started yet.",
        };
        canvas.rows(text_area(rest), &[plain(Role::TextMuted, waiting)]);
    }
}

fn header(canvas: &mut Canvas<'_>, model: &Model, tab: &Tab, area: Rect) {
    let run = &tab.view;
    let mut rows = area.rows();
    if let Some(row) = rows.next() {
        let mut title = vec![(Role::Title, format!(" {} #{}  ", run.workflow_type, run.id))];
        title.extend(text::run_status(run, &model.screen).0);
        let used = canvas.row(row, &RichLine(title));
        let open = model.open.tabs().len();
        if open > 1 {
            let place = format!("run {} of {open} ", model.open.place() + 1);
            let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
            if usize::from(rest.width) > place.len() {
                canvas.row_right(rest, &plain(Role::TextMuted, place));
            }
        }
    }
    let reason_height = run.reason.as_ref().map_or(0, |reason| reason_rows(reason, model_column(area, model)));
    let phases = u16::from(!run.phases.is_empty());
    if area.height > 1 + phases + reason_height
        && let Some(row) = rows.next()
    {
        let first_line = run.requirements.lines().next().unwrap_or_default();
        canvas.text(inset(row), first_line, Role::TextMuted);
    }
    if phases > 0
        && let Some(row) = rows.next()
    {
        canvas.row(inset(row), &text::phases(run, &model.screen));
    }
    if let Some(reason) = &run.reason {
        let rest: Vec<Rect> = rows.collect();
        if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            let space = Rect { height: last.bottom() - first.y, ..inset(*first) };
            canvas.rows(space, &text::reason(reason).wrapped(usize::from(space.width)));
        }
    }
}

/// The header's width with the body's height: what the layout measured the reason with.
fn model_column(header: Rect, model: &Model) -> Rect {
    Rect { height: model.screen.size.height.saturating_sub(2), ..header }
}

fn inset(row: Rect) -> Rect {
    Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row }
}
