//! The first line, and the line that says which column is in sight.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::tui::model::{Focus, Model, RichLine, View};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, row: Rect) {
    let project = model.project.as_ref().map_or("", |project| project.name.as_str());
    let view = match model.screen.view {
        View::Workbench => "",
        View::Runs => "  Runs",
    };
    let readonly = if model.screen.readonly { "  read-only" } else { "" };
    let name = RichLine(vec![
        (Role::Title, " orchestrator".to_owned()),
        (Role::Text, format!("  {project}")),
        (Role::Warn, readonly.to_owned()),
        (Role::TextMuted, view.to_owned()),
    ]);
    let counts = counts(model);
    let used = canvas.row(row, &name);
    let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    if usize::from(rest.width) > counts.width() {
        canvas.row_right(rest, &counts);
    }
}

fn counts(model: &Model) -> RichLine {
    let plugins = model.plugins.all().len();
    let mut pieces = vec![(Role::Text, format!("{plugins} plugin{}", if plugins == 1 { "" } else { "s" }))];
    let approval = model.plugins.needing_approval();
    if approval > 0 {
        let verb = if approval == 1 { "needs" } else { "need" };
        pieces.push((Role::TextMuted, " · ".to_owned()));
        pieces.push((Role::Warn, format!("{approval} {verb} approval")));
    }
    let live = model.live_runs().len();
    let (role, word) = if live > 0 { (Role::Running, "live") } else { (Role::TextMuted, "no run live") };
    pieces.push((Role::TextMuted, " · ".to_owned()));
    let count = if live > 0 { format!("{live} ") } else { String::new() };
    let runs = if live == 1 {
        "run "
    } else if live > 1 {
        "runs "
    } else {
        ""
    };
    pieces.push((role, format!("{count}{runs}{word} ")));
    RichLine(pieces)
}

/// The columns; the one in sight is in brackets.
pub(super) fn tabs(canvas: &mut Canvas<'_>, model: &Model, row: Rect) {
    let mut pieces = vec![(Role::Text, " ".to_owned())];
    for focus in Focus::ALL {
        let name = match focus {
            Focus::Plugins => "Plugins",
            Focus::Run => "Run",
            Focus::Trace => "Hook trace",
        };
        if focus == model.screen.focus {
            pieces.push((Role::Title, format!("[{name}]")));
        } else {
            pieces.push((Role::TextMuted, format!(" {name} ")));
        }
        pieces.push((Role::Text, " ".to_owned()));
    }
    canvas.row(row, &RichLine(pieces));
}
