//! The hook trace.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::event::duration;
use crate::event::view::{TraceEntry, TraceKind};
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{Focus, Model, RichLine, TraceRow, window};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    let focused = model.screen.focus == Focus::Trace;
    let note = match model.tab() {
        Some(tab) if !tab.view.trace.is_empty() => {
            if tab.trace.is_following() {
                "follow · UTC"
            } else {
                "scrolled · UTC"
            }
        }
        _ => "",
    };
    canvas.frame(panel.area, &plain(Role::Title, "Hook trace"), &plain(Role::TextMuted, note), focused);
    let first = Rect { height: 1.min(panel.list.height), ..panel.list };
    let Some(tab) = model.tab() else {
        canvas.text(first, "A run's hooks show here", Role::TextMuted);
        return;
    };
    filter::draw(canvas, model, panel.area, FilterTarget::Trace, tab.trace.filter());
    let rows = tab.trace.rows(&tab.view);
    if rows.is_empty() {
        let text = if tab.view.trace.is_empty() { "no hook has fired" } else { "none matches" };
        canvas.text(first, text, Role::TextMuted);
        return;
    }
    let selected = tab.trace.selected_row(&tab.view, &rows);
    for (row, place) in panel.list.rows().zip(window(selected, rows.len(), usize::from(panel.list.height))) {
        line(canvas, model, row, &rows[place]);
        if place == selected {
            canvas.select(row);
        }
    }
    if tab.view.trace.dropped() > 0 {
        let border = Rect { y: panel.area.bottom().saturating_sub(1), height: 1.min(panel.area.height), ..panel.area };
        let left_out = format!("{} older entries are in the history alone", tab.view.trace.dropped());
        canvas.titles(border, &plain(Role::Warn, left_out), &RichLine::default());
    }
    if let (Some((divider, below)), Some(entry)) = (panel.detail, tab.trace.selected(&tab.view)) {
        canvas.divider(divider, &plain(Role::Title, "Detail"), focused);
        canvas.rows(below, &text::trace_entry(model, entry).wrapped(usize::from(below.width)));
    }
}

fn line(canvas: &mut Canvas<'_>, model: &Model, row: Rect, line: &TraceRow<'_>) {
    match line {
        TraceRow::Group { entry } => {
            let what = match &entry.kind {
                TraceKind::Hook { hook, .. } => hook.as_str(),
                TraceKind::Permission { .. } => "permissions",
                TraceKind::Log { .. } => "log",
            };
            let pieces = vec![(Role::TextMuted, format!("{} ", entry.time.clock())), (Role::Title, what.to_owned())];
            canvas.row(row, &RichLine(pieces));
        }
        TraceRow::Entry { entry } => entry_line(canvas, model, row, entry),
        TraceRow::Reason { text, .. } => {
            let first_line = text.lines().next().unwrap_or_default();
            canvas.row(row, &RichLine(vec![(Role::Border, "│   ".to_owned()), (Role::Text, first_line.to_owned())]));
        }
    }
}

fn entry_line(canvas: &mut Canvas<'_>, model: &Model, row: Rect, entry: &TraceEntry) {
    let plugin = entry.plugin.as_ref().map_or("host", |plugin| plugin.as_str());
    let mut pieces = vec![(Role::Border, "├ ".to_owned()), (Role::Text, format!("{plugin:<14} "))];
    let mut took = RichLine::default();
    match &entry.kind {
        TraceKind::Hook { outcome, duration_us, .. } => {
            let sign = text::outcome_sign(*outcome, &model.screen);
            pieces.push((sign.role, format!("{} {} ", sign.glyph, sign.word)));
            let needed = duration_us.map(duration).unwrap_or_default();
            took = plain(Role::TextMuted, format!("{needed} "));
        }
        TraceKind::Permission { permission, decision, .. } => {
            let sign = text::decision_sign(*decision);
            pieces.push((sign.role, format!("{} {} ", sign.glyph, sign.word)));
            pieces.push((Role::Text, permission.as_str().to_owned()));
        }
        TraceKind::Log { message, .. } => {
            pieces.push((Role::Text, message.lines().next().unwrap_or_default().to_owned()));
        }
    }
    let used = canvas.row(row, &RichLine(pieces));
    let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    // The detail below has it too.
    if took.width() <= usize::from(rest.width) {
        canvas.row_right(rest, &took);
    }
}
