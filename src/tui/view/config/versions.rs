//! Earlier versions, and what restoring the selected one would change.

use ratatui::layout::Rect;

use super::{Canvas, plain};
use crate::tui::config::{Versions, VersionsParts};
use crate::tui::layout::text_area;
use crate::tui::model::{RichLine, window};
use crate::tui::text;
use crate::tui::theme::Role;

pub(in crate::tui::view) fn draw(canvas: &mut Canvas<'_>, versions: &Versions, area: Rect) {
    let title = plain(Role::Title, format!("Earlier versions of {}'s config", versions.plugin));
    let count = plain(Role::TextMuted, versions.versions.len().to_string());
    canvas.frame(area, &title, &count, true);
    let parts = VersionsParts::of(versions, text_area(area));
    let seen = window(versions.selected, versions.versions.len(), usize::from(parts.list.height));
    for (place, row) in seen.zip(parts.list.rows()) {
        let version = &versions.versions[place];
        let line = RichLine(vec![
            (Role::Text, format!(" {}  ", text::date(version.time))),
            (Role::Text, version.who.clone()),
            (Role::TextMuted, format!("  {} bytes", version.bytes)),
        ]);
        canvas.row(row, &line);
        if place == versions.selected {
            canvas.select(row);
        }
    }
    let across = Rect { x: area.x, width: area.width, ..parts.divider };
    canvas.divider(across, &plain(Role::TextMuted, "what restoring it changes"), true);
    let lines = text::version_difference(versions).wrapped(usize::from(parts.difference.width));
    let height = usize::from(parts.difference.height);
    let top = versions.top.min(lines.len().saturating_sub(height));
    for (row, line) in parts.difference.rows().zip(&lines[top..]) {
        canvas.row(row, line);
    }
}
