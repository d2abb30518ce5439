//! The history of runs.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::event::duration;
use crate::orchestrator::api::RunSummary;
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{Model, RichLine, window};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    let note = plain(Role::TextMuted, "newest first · UTC");
    canvas.frame(panel.area, &plain(Role::Title, "Runs"), &note, true);
    filter::draw(canvas, model, panel.area, FilterTarget::Runs, model.runs.filter());
    let shown: Vec<&RunSummary> = model.runs.shown().collect();
    if shown.is_empty() {
        let text = if model.runs.all().is_empty() { "No run yet. w launches one." } else { "none matches" };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let selected = model.runs.place();
    for (row, place) in panel.list.rows().zip(window(selected, shown.len(), usize::from(panel.list.height))) {
        line(canvas, model, row, shown[place]);
        if place == selected {
            canvas.select(row);
        }
    }
    if let (Some((divider, below)), Some(run)) = (panel.detail, shown.get(selected)) {
        canvas.divider(divider, &plain(Role::Title, format!("#{} {}", run.id, run.workflow_type)), true);
        canvas.rows(below, &text::run_history(run, &model.screen).wrapped(usize::from(below.width)));
    }
}

fn line(canvas: &mut Canvas<'_>, model: &Model, row: Rect, run: &RunSummary) {
    let sign = text::run_sign(run.status, &model.screen);
    let took = run.duration_us.map(duration).unwrap_or_default();
    let requirements = run.requirements.lines().next().unwrap_or_default();
    let pieces = vec![
        (Role::Text, format!(" {:>5}  ", format!("#{}", run.id))),
        (sign.role, format!("{} {:<11} ", sign.glyph, sign.word)),
        (Role::Text, format!("{:<18} {took:>8}  ", run.workflow_type)),
        (Role::TextMuted, format!("{}  ", text::date(run.started))),
        (Role::Text, requirements.to_owned()),
    ];
    canvas.row(row, &RichLine(pieces));
}
