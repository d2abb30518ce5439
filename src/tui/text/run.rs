//! What is said of a run.

use super::{date, run_sign};
use crate::event::view::RunView;
use crate::event::{duration, elapsed};
use crate::orchestrator::api::RunSummary;
use crate::tui::model::{Rich, RichLine, Screen};
use crate::tui::theme::Role;

/// Why a run ended as it did.
pub fn reason(reason: &str) -> Rich {
    let mut rich = Rich::default();
    rich.push(Role::Text, reason);
    rich
}

/// `✓ completed 1.2 s`, or `⠹ running 00:12`.
pub fn status(run: &RunView, screen: &Screen) -> RichLine {
    let sign = run_sign(run.status, screen);
    let time = match (run.duration_us, run.started) {
        (Some(took), _) => duration(took),
        (None, Some(started)) => {
            let passed = screen.now.as_micros().saturating_sub(started.as_micros());
            elapsed(u64::try_from(passed).unwrap_or_default())
        }
        (None, None) => String::new(),
    };
    RichLine(vec![(sign.role, format!("{} {}", sign.glyph, sign.word)), (Role::Text, format!("  {time}"))])
}

/// `✓ plan  ⠹ review  1/2 ━━━━━───`: what is done, what goes on, what was left.
pub fn phases(run: &RunView, screen: &Screen) -> RichLine {
    const BAR: usize = 12;
    let mut pieces = Vec::new();
    for phase in &run.phases {
        let (role, glyph) = match (phase.completed, run.is_over()) {
            (Some(_), _) => (Role::Ok, "✓"),
            (None, false) => (Role::Running, screen.spinner()),
            (None, true) => (Role::Warn, "■"),
        };
        pieces.push((role, format!("{glyph} ")));
        pieces.push((Role::Text, format!("{}  ", phase.name)));
    }
    let (done, all) = (run.phases.iter().filter(|phase| phase.completed.is_some()).count(), run.phases.len());
    let filled = BAR * done / all.max(1);
    pieces.push((Role::TextMuted, format!("{done}/{all} done ")));
    pieces.push((Role::Running, "━".repeat(filled)));
    pieces.push((Role::TextMuted, "─".repeat(BAR - filled)));
    RichLine(pieces)
}

/// What the history says of a run.
pub fn history(run: &RunSummary, screen: &Screen) -> Rich {
    let sign = run_sign(run.status, screen);
    let mut rich = Rich::default();
    let took = run.duration_us.map(|took| format!(" after {}", duration(took))).unwrap_or_default();
    rich.line([
        (Role::TextMuted, format!("{:<13}", "state")),
        (sign.role, format!("{} {}", sign.glyph, sign.word)),
        (Role::Text, took),
    ]);
    if let Some(reason) = &run.reason {
        rich.field("reason", reason);
    }
    rich.field("started", format!("{} UTC", date(run.started)));
    let by = run.plugin.as_ref().map_or("the program itself", |plugin| plugin.as_str());
    rich.field("workflow", format!("{} from {by}, {} events", run.workflow_type, run.last_seq));
    rich.field("requirements", &run.requirements);
    rich
}
