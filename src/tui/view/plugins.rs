//! The plugin list.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::orchestrator::api::{PluginKind, PluginSummary};
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{Focus, Model, RichLine, window};
use crate::tui::text::{self, plugin_sign};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    let focused = model.screen.focus == Focus::Plugins;
    canvas.frame(panel.area, &plain(Role::Title, "Plugins"), &RichLine::default(), focused);
    filter::draw(canvas, model, panel.area, FilterTarget::Plugins, model.plugins.filter());
    let shown: Vec<&PluginSummary> = model.plugins.shown().collect();
    if shown.is_empty() {
        let text = if model.project.is_none() {
            "…"
        } else if model.plugins.all().is_empty() {
            "none yet"
        } else {
            "none matches"
        };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let selected = model.plugins.place();
    let seen = window(selected, shown.len(), usize::from(panel.list.height));
    // In all lines or in none, so that they stand below each other.
    let fits = |plugin: &&PluginSummary| {
        name(plugin, model).width() + facts(plugin, model, true).width() <= usize::from(panel.list.width)
    };
    let whole = shown.iter().all(fits);
    for (row, place) in panel.list.rows().zip(seen) {
        line(canvas, model, row, shown[place], whole);
        if place == selected {
            canvas.select(row);
        }
    }
    if let (Some((divider, below)), Some(plugin)) = (panel.detail, shown.get(selected)) {
        canvas.divider(divider, &plain(Role::Title, plugin.name.as_str()), focused);
        let width = usize::from(below.width);
        canvas.rows(below, &text::plugin_summary(plugin, model, width).wrapped(width));
    }
}

/// What stands at the right of a line: the state's word, and where there is room for it, kind and version.
fn facts(plugin: &PluginSummary, model: &Model, whole: bool) -> RichLine {
    let sign = plugin_sign(plugin.state, &model.screen);
    let mut pieces = vec![(sign.role, sign.word.to_owned())];
    if whole {
        let kind = match plugin.kind {
            Some(PluginKind::Native) => "rs",
            Some(PluginKind::Python) => "py",
            None => "– ",
        };
        let version = plugin.version.as_deref().unwrap_or("–");
        pieces.push((Role::TextMuted, format!("  {kind} {version:<5}")));
    }
    pieces.push((Role::Text, " ".to_owned()));
    RichLine(pieces)
}

fn name(plugin: &PluginSummary, model: &Model) -> RichLine {
    let sign = plugin_sign(plugin.state, &model.screen);
    RichLine(vec![
        (Role::Text, " ".to_owned()),
        (sign.role, sign.glyph.to_owned()),
        (Role::Text, format!(" {} ", plugin.name)),
    ])
}

fn line(canvas: &mut Canvas<'_>, model: &Model, row: Rect, plugin: &PluginSummary, whole: bool) {
    let used = canvas.row(row, &name(plugin, model));
    let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    canvas.row_right(rest, &facts(plugin, model, whole));
}
