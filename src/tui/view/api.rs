//! The plugins' API routes.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::event::duration;
use crate::orchestrator::api::PluginRoute;
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{Model, RichLine, window};
use crate::tui::text;
use crate::tui::theme::Role;

/// What stands beside the path: method, plugin, sign, hits, failures and time.
const BESIDE: u16 = 8 + 17 + 11 + 6 + 7 + 9;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    canvas.frame(panel.area, &plain(Role::Title, "API"), &plain(Role::TextMuted, "the plugins' routes"), true);
    filter::draw(canvas, model, panel.area, FilterTarget::Routes, model.routes.filter());
    let shown: Vec<&PluginRoute> = model.routes.shown().collect();
    if shown.is_empty() {
        let text = if model.routes.all().is_empty() { "No plugin in use has a route." } else { "none matches" };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let width = usize::from(panel.list.width.saturating_sub(BESIDE + 2)).clamp(12, 60);
    let heading = Rect { y: panel.list.y.saturating_sub(1), height: 1, ..panel.list };
    let names = format!(
        " {:<7} {:<width$} {:<16} {:<10} {:>5} {:>6} {:>8} ",
        "method", "path", "plugin", "state", "hits", "failed", "mean"
    );
    canvas.row(heading, &plain(Role::TextMuted, names));
    let selected = model.routes.place();
    for (row, place) in panel.list.rows().zip(window(selected, shown.len(), usize::from(panel.list.height))) {
        canvas.row(row, &line(shown[place], width));
        if place == selected {
            canvas.select(row);
        }
    }
    if let (Some((divider, below)), Some(route)) = (panel.detail, shown.get(selected)) {
        canvas.divider(divider, &plain(Role::Title, format!("{} {}", route.method, route.path)), true);
        canvas.rows(below, &text::route_detail(route).wrapped(usize::from(below.width)));
    }
}

fn line(route: &PluginRoute, width: usize) -> RichLine {
    let (role, sign) = text::route_sign(route);
    let failed = if route.failed == 0 { Role::TextMuted } else { Role::Error };
    let mean = route.mean_us.map(duration).unwrap_or_default();
    RichLine(vec![
        (Role::Title, format!(" {} ", cut(&route.method, 7))),
        (Role::Text, format!("{} {} ", cut(&route.path, width), cut(route.plugin.as_str(), 16))),
        (role, format!("{sign:<10} ")),
        (Role::Text, format!("{:>5} ", route.hits)),
        (failed, format!("{:>6} ", route.failed)),
        (Role::TextMuted, format!("{mean:>8} ")),
    ])
}

/// Exactly so many characters.
fn cut(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return format!("{name:<width$}");
    }
    name.chars().take(width.saturating_sub(1)).chain(std::iter::once('…')).collect()
}
