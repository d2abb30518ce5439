//! The matrix: plugins below each other, permissions beside each other.

use orchestrator_protocol::permission::Permission;
use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::orchestrator::api::PluginSummary;
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Matrix;
use crate::tui::model::{Model, Rich, RichLine, window};
use crate::tui::text::{self, plugin_sign};
use crate::tui::theme::Role;

/// From this width on, a cell says its word.
const WORDS: u16 = 11;
/// And from this on, how often the permission was used.
const COUNTS: u16 = 15;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, matrix: &Matrix) {
    let panel = matrix.panel;
    let waiting = crate::tui::model::waiting(model).len();
    let note = match waiting {
        0 => RichLine::default(),
        _ => plain(Role::Badge, format!("! {waiting} to answer")),
    };
    canvas.frame(panel.area, &plain(Role::Title, "Permissions"), &note, true);
    header(canvas, model, matrix);
    filter::draw(canvas, model, panel.area, FilterTarget::Plugins, model.plugins.filter());
    let shown: Vec<&PluginSummary> = model.plugins.shown().collect();
    if shown.is_empty() {
        let text = if model.plugins.all().is_empty() { "No plugin, so nothing to allow." } else { "none matches" };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let selected = model.plugins.place();
    for (row, place) in panel.list.rows().zip(window(selected, shown.len(), usize::from(panel.list.height))) {
        line(canvas, model, matrix, row, shown[place], place == selected);
    }
    if let (Some((divider, below)), Some(plugin)) = (panel.detail, shown.get(selected)) {
        detail(canvas, model, plugin, divider, below);
    }
}

fn header(canvas: &mut Canvas<'_>, model: &Model, matrix: &Matrix) {
    let selected = model.permissions.column();
    for column in matrix.window(selected) {
        let permission = Permission::ALL[column];
        let name = if matrix.cell >= WORDS { text::long_name(permission) } else { text::short_name(permission) };
        let role = if column == selected { Role::Title } else { Role::TextMuted };
        for (row, part) in matrix.header.rows().zip(name) {
            if let Some(area) = matrix.part(row, column, selected) {
                canvas.text(Rect { width: area.width.saturating_sub(1), ..area }, part, role);
            }
        }
    }
    let seen = matrix.window(selected);
    let more = [(seen.start > 0, "←"), (seen.end < Permission::ALL.len(), "→")];
    let arrows: String = more.iter().filter(|(is_there, _)| *is_there).map(|(_, arrow)| *arrow).collect();
    canvas.text(Rect { height: 1.min(matrix.header.height), ..matrix.header }, &format!(" {arrows}"), Role::Key);
}

fn line(canvas: &mut Canvas<'_>, model: &Model, matrix: &Matrix, row: Rect, plugin: &PluginSummary, selected: bool) {
    let sign = plugin_sign(plugin.state, &model.screen);
    let name = RichLine(vec![
        (Role::Text, " ".to_owned()),
        (sign.role, sign.glyph.to_owned()),
        (Role::Text, format!(" {}", plugin.name)),
    ]);
    canvas.row(Rect { width: matrix.names.saturating_sub(1), ..row }, &name);
    let current = model.permissions.column();
    for column in matrix.window(current) {
        let Some(area) = matrix.part(row, column, current) else { continue };
        let view = model.permissions.of(&plugin.name, Permission::ALL[column]);
        let standing = text::standing(view);
        let words = match view {
            Some(view) if matrix.cell >= COUNTS && view.used > 0 => format!("{} {}×", standing.word, view.used),
            Some(_) if matrix.cell >= WORDS => standing.word.to_owned(),
            Some(_) => standing.letter.to_owned(),
            None => String::new(),
        };
        canvas.text(
            Rect { width: area.width.saturating_sub(2), x: area.x + 1, ..area },
            &format!("{}{}{words}", standing.glyph, if matrix.cell >= WORDS { " " } else { "" }),
            standing.role,
        );
    }
    if selected {
        canvas.select(row);
        // Brackets mark the cell without any colour.
        if let Some(area) = matrix.part(row, current, current) {
            canvas.text(Rect { width: 1.min(area.width), ..area }, "[", Role::Selection);
            let end = Rect { x: area.right().saturating_sub(2), width: 1.min(area.width), ..area };
            canvas.text(end, "]", Role::Selection);
        }
    }
}

/// Everything about the selected cell, and what the glyphs mean.
fn detail(canvas: &mut Canvas<'_>, model: &Model, plugin: &PluginSummary, divider: Rect, below: Rect) {
    let permission = model.permissions.permission();
    let mut title = vec![(Role::Title, format!("{permission} of {}", plugin.name))];
    if let Some(detail) = model.plugins.detail.as_ref().filter(|detail| detail.summary.name == plugin.name) {
        let (role, policy) = text::policy_badge(detail.policy);
        title.push((Role::TextMuted, " · updates: ".to_owned()));
        title.push((role, policy.to_owned()));
    }
    canvas.divider(divider, &RichLine(title), true);
    let mut rich = Rich::default();
    match model.permissions.of(&plugin.name, permission) {
        _ if plugin.state == crate::event::PluginState::NeedsApproval => {
            rich.push(Role::Warn, "◇ The plugin is held: none of its code runs until you approve it.");
            if let Some(reason) = &plugin.reason {
                rich.push(Role::Text, reason.as_str());
            }
            rich.push(Role::TextMuted, "Approved, it gets what it asks for; ! shows the whole question.");
        }
        Some(view) => text::permission_detail(&mut rich, view),
        None => {
            rich.push(Role::TextMuted, format!("· It does not ask for {permission}, so {}.", permission.without_it()));
        }
    }
    let rows = usize::from(below.height).saturating_sub(1);
    let text = Rect { height: below.height.saturating_sub(1), ..below };
    canvas.rows(text, &rich.wrapped(usize::from(below.width)));
    if rows > 0
        && let Some(last) = below.rows().next_back()
    {
        canvas.text(last, text::LEGEND, Role::TextMuted);
    }
}
