//! The audit log.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::orchestrator::api::AuditEntry;
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{AuditLog, Model, RichLine, window};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    let shown: Vec<&AuditEntry> = model.audit.shown().collect();
    let count = match shown.len() {
        many if many >= AuditLog::LIMIT as usize => format!("the newest {many} · UTC"),
        many => format!("{many}, newest first · UTC"),
    };
    canvas.frame(panel.area, &plain(Role::Title, "Audit log"), &plain(Role::TextMuted, count), true);
    filter::draw(canvas, model, panel.area, FilterTarget::Audit, model.audit.filter());
    if shown.is_empty() {
        let text = if model.audit.is_empty() { "Nothing was decided yet." } else { "none matches" };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let selected = model.audit.place();
    for (row, place) in panel.list.rows().zip(window(selected, shown.len(), usize::from(panel.list.height))) {
        canvas.row(row, &line(shown[place]));
        if place == selected {
            canvas.select(row);
        }
    }
    if let (Some((divider, below)), Some(entry)) = (panel.detail, shown.get(selected)) {
        canvas.divider(divider, &plain(Role::Title, "Detail"), true);
        canvas.rows(below, &text::audit_entry(entry).wrapped(usize::from(below.width)));
    }
}

fn line(entry: &AuditEntry) -> RichLine {
    let (role, glyph) = text::audit_sign(entry);
    RichLine(vec![
        (Role::TextMuted, format!(" {} ", text::date(entry.time))),
        (role, format!("{glyph} {:<13} ", entry.what.as_str())),
        (Role::Text, text::audit_about(entry)),
        (Role::TextMuted, format!("  {}", entry.who)),
    ])
}
