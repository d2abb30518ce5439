//! The first line, and the line that says which column is in sight.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::tui::model::{Focus, Model, RichLine, View, waiting};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, row: Rect) {
    let project = model.project.as_ref().map_or("", |project| project.name.as_str());
    let view = match model.screen.view {
        View::Workbench => "",
        View::Runs => "  Runs",
        View::Permissions => "  Permissions",
        View::Handlers => "  Hooks",
        View::Audit => "  Audit log",
        View::Api => "  API",
    };
    let mut name = vec![
        (Role::Title, " orchestrator".to_owned()),
        (Role::Text, format!("  {project}")),
        (Role::TextMuted, view.to_owned()),
    ];
    if let Some(link) = &model.link {
        name.push((Role::TextMuted, format!("  at {}", link.address)));
        if let Some(away) = &link.away {
            name.push((Role::Error, format!("  ✗ away since {} UTC", away.since.clock())));
        }
    }
    if model.screen.readonly {
        name.push((Role::Text, "  ".to_owned()));
        name.push((Role::Badge, "read-only".to_owned()));
    }
    let name = RichLine(name);
    let used = canvas.row(row, &name);
    let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    // What waits for an answer is worth the most.
    let lines = [
        vec![plugins(model), waits(model), runs(model), api(model)],
        vec![waits(model), runs(model), api(model)],
        vec![waits(model), runs(model)],
        vec![waits(model)],
    ];
    let fitting = lines.into_iter().map(joined).find(|line| line.width() < usize::from(rest.width));
    if let Some(line) = fitting {
        canvas.row_right(rest, &line);
    }
}

/// The parts that say something, with a dot between them.
fn joined(parts: Vec<Vec<(Role, String)>>) -> RichLine {
    let mut pieces = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !pieces.is_empty() {
            pieces.push((Role::TextMuted, " · ".to_owned()));
        }
        pieces.extend(part);
    }
    pieces.push((Role::Text, " ".to_owned()));
    RichLine(pieces)
}

fn plugins(model: &Model) -> Vec<(Role, String)> {
    let plugins = model.plugins.all().len();
    vec![(Role::Text, format!("{plugins} plugin{}", if plugins == 1 { "" } else { "s" }))]
}

fn waits(model: &Model) -> Vec<(Role, String)> {
    match waiting(model).len() {
        0 => Vec::new(),
        waiting => vec![(Role::Badge, format!("! {waiting} to answer"))],
    }
}

fn runs(model: &Model) -> Vec<(Role, String)> {
    match model.live_runs().len() {
        0 => vec![(Role::TextMuted, "no run live".to_owned())],
        1 => vec![(Role::Running, "1 run live".to_owned())],
        live => vec![(Role::Running, format!("{live} runs live"))],
    }
}

/// Where the HTTP server listens. One that other machines reach is marked.
fn api(model: &Model) -> Vec<(Role, String)> {
    let Some(server) = &model.server else { return Vec::new() };
    // A host elsewhere is reached by it, as the line says already.
    if model.link.is_some() {
        return Vec::new();
    }
    let Some(address) = &server.address else { return Vec::new() };
    let role = if server.exposed { Role::Warn } else { Role::Text };
    vec![(role, format!("api {address}{}", if server.exposed { " exposed" } else { "" }))]
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
