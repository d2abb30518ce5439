//! All hook handlers, in the order in which they are called.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::filter;
use crate::orchestrator::api::HookSummary;
use crate::tui::layer::FilterTarget;
use crate::tui::layout::Panel;
use crate::tui::model::{Model, RichLine, window};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Panel) {
    let note = plain(Role::TextMuted, "in the order of their calls");
    canvas.frame(panel.area, &plain(Role::Title, "Hooks"), &note, true);
    filter::draw(canvas, model, panel.area, FilterTarget::Handlers, model.handlers.filter());
    let shown: Vec<&HookSummary> = model.handlers.shown().collect();
    if shown.is_empty() {
        let text =
            if model.handlers.all().is_empty() { "No plugin in use has a hook handler." } else { "none matches" };
        canvas.text(Rect { height: 1.min(panel.list.height), ..panel.list }, text, Role::TextMuted);
        return;
    }
    let widths = Widths::of(&shown, panel.list.width);
    let heading = Rect { y: panel.list.y.saturating_sub(1), height: 1, ..panel.list };
    canvas.row(heading, &widths.heading());
    let selected = model.handlers.place();
    for (row, place) in panel.list.rows().zip(window(selected, shown.len(), usize::from(panel.list.height))) {
        let before = place.checked_sub(1).map(|before| shown[before].hook);
        canvas.row(row, &widths.line(shown[place], before != Some(shown[place].hook)));
        if place == selected {
            canvas.select(row);
        }
    }
    if let (Some((divider, below)), Some(handler)) = (panel.detail, shown.get(selected)) {
        let title = format!("{} of {}", handler.handler, handler.plugin);
        canvas.divider(divider, &plain(Role::Title, title), true);
        canvas.rows(below, &text::handler_detail(handler).wrapped(usize::from(below.width)));
    }
}

/// How wide the columns are that hold names.
struct Widths {
    hook: usize,
    plugin: usize,
    handler: usize,
    /// Whether there is room for priority and time limit.
    whole: bool,
}

impl Widths {
    fn of(shown: &[&HookSummary], room: u16) -> Self {
        let widest = |name: fn(&HookSummary) -> &str, least: usize, most: usize| {
            shown.iter().map(|handler| name(handler).chars().count()).max().unwrap_or(0).clamp(least, most)
        };
        let whole = room >= 100;
        let most = if whole { 30 } else { 12 };
        Widths {
            hook: widest(|handler| handler.hook.as_str(), 4, 23),
            plugin: widest(|handler| handler.plugin.as_str(), 6, most.min(20)),
            handler: widest(|handler| &handler.handler, 7, most),
            whole,
        }
    }

    fn heading(&self) -> RichLine {
        let Widths { hook, plugin, handler, whole } = *self;
        let more = if whole { format!("{:>8} {:>8}  ", "priority", "at most") } else { String::new() };
        plain(
            Role::TextMuted,
            format!(
                " {:<hook$} {:>2} {:<plugin$} {:<handler$} {more}{:<8} {:>6} ",
                "hook", "#", "plugin", "handler", "fails", "called"
            ),
        )
    }

    /// The hook's name stands in the first line of its chain.
    fn line(&self, handler: &HookSummary, is_first: bool) -> RichLine {
        let hook = if is_first { handler.hook.as_str() } else { "" };
        let more =
            if self.whole { format!("{:>8} {:>5} ms  ", handler.priority, handler.timeout_ms) } else { String::new() };
        let (role, switch) = text::switch_sign(handler);
        let fired_role = if handler.fired == 0 { Role::TextMuted } else { Role::Text };
        RichLine(vec![
            (Role::Title, format!(" {hook:<width$}", width = self.hook)),
            (Role::TextMuted, format!(" {:>2} ", handler.order)),
            (Role::Text, cut(handler.plugin.as_str(), self.plugin)),
            (Role::Text, format!(" {} {more}", cut(&handler.handler, self.handler))),
            (Role::Text, format!("{:<8} ", text::on_failure(handler))),
            (fired_role, format!("{:>6} ", text::fired(handler))),
            (role, switch.to_owned()),
            (Role::Warn, if handler.overridden.is_some() { " !".to_owned() } else { String::new() }),
        ])
    }
}

/// Exactly so many characters.
fn cut(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return format!("{name:<width$}");
    }
    name.chars().take(width.saturating_sub(1)).chain(std::iter::once('…')).collect()
}
