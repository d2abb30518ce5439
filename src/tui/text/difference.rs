//! What a hook handler changed, line by line.

use crate::event::BodyRef;
use crate::event::view::TraceEntry;
use crate::tui::model::{Body, DifferenceLine, Model, Rich, bodies_of};
use crate::tui::theme::Role;

/// The difference, or why there is none to show.
pub(super) fn difference(rich: &mut Rich, model: &Model, entry: &TraceEntry) {
    let Some((before, after)) = bodies_of(entry) else { return };
    for body in [before, after].into_iter().filter(|body| body.truncated) {
        rich.line([(Role::Warn, format!("! only the beginning of {} bytes was kept", body.bytes))]);
    }
    match model.differences.lines(&before.hash, &after.hash) {
        Some([]) => rich.push(Role::TextMuted, "The two are the same."),
        Some(lines) if before == after => {
            rich.push(Role::TextMuted, "The payload stayed as it was:");
            lines.iter().for_each(|line| push(rich, line));
        }
        Some(lines) => lines.iter().for_each(|line| push(rich, line)),
        None => rich.push(Role::TextMuted, missing(model, [before, after])),
    }
}

pub(super) fn push(rich: &mut Rich, line: &DifferenceLine) {
    match line {
        DifferenceLine::Same(text) => rich.push(Role::Text, format!("  {text}")),
        DifferenceLine::Added(text) => rich.push(Role::DiffAdded, format!("+ {text}")),
        DifferenceLine::Removed(text) => rich.push(Role::DiffRemoved, format!("- {text}")),
        DifferenceLine::Beyond(lines) => rich.push(Role::Warn, format!("! … {lines} more lines are not compared")),
        DifferenceLine::Skipped(lines) => rich.push(Role::TextMuted, format!("  … {lines} lines as before")),
    }
}

fn missing(model: &Model, bodies: [&BodyRef; 2]) -> String {
    for body in bodies {
        if let Some(Body::Gone(why)) = model.differences.body(&body.hash) {
            return format!("can't be shown: {why}");
        }
    }
    "fetching before and after…".to_owned()
}
