//! One pane: an agent's output, or what the run came to.

use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::canvas::{Canvas, plain};
use crate::event::duration;
use crate::tui::layer::{FilterTarget, Layer};
use crate::tui::layout::text_area;
use crate::tui::model::{Model, Pane, PaneSource, RichLine, Tab};
use crate::tui::pane::{Pane as PaneWidget, PaneLook};
use crate::tui::text;
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, tab: &Tab, place: usize, area: Rect, focused: bool) {
    let Some(pane) = tab.panes.get(place) else { return };
    canvas.frame(area, &title(model, tab, place), &note(tab, pane), focused);
    let border = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    canvas.titles(border, &below(model, tab, pane, focused), &RichLine::default());
    let look = PaneLook::new(canvas.theme);
    let widget = PaneWidget { buffer: &pane.text, view: &pane.scroll, look, search: pane.search.as_ref() };
    widget.render(text_area(area), canvas.buffer);
}

/// The panes that are not in sight, each in a few words.
pub(super) fn strip(canvas: &mut Canvas<'_>, model: &Model, tab: &Tab, collapsed: &[usize], row: Rect) {
    let mut pieces = vec![(Role::TextMuted, format!(" {} more: ", collapsed.len()))];
    for place in collapsed {
        pieces.extend(title(model, tab, *place).0);
        pieces.push((Role::TextMuted, " · ".to_owned()));
    }
    pieces.pop();
    canvas.row(row, &RichLine(pieces));
}

/// Who, how it stands, and how long it took or how fast it goes.
fn title(model: &Model, tab: &Tab, place: usize) -> RichLine {
    let Some(pane) = tab.panes.get(place) else { return RichLine::default() };
    let PaneSource::Agent(span) = pane.source else { return plain(Role::Title, "result") };
    let Some(number) = tab.view.agents.iter().position(|agent| agent.span == span) else {
        return RichLine::default();
    };
    let agent = &tab.view.agents[number];
    let sign = text::agent_sign(agent.status, &model.screen);
    let speed = match agent.duration_us {
        Some(took) => Some(duration(took)),
        None => text::rate(agent),
    };
    let look = u8::try_from(number % usize::from(Role::AGENTS)).unwrap_or_default() + 1;
    RichLine(vec![
        (Role::Agent(look), agent.agent.clone()),
        (sign.role, format!(" {} {}", sign.glyph, sign.word)),
        (Role::Text, speed.map(|speed| format!(" {speed}")).unwrap_or_default()),
    ])
}

/// Whether the newest is in sight.
fn note(tab: &Tab, pane: &Pane) -> RichLine {
    let goes_on = match pane.source {
        PaneSource::Agent(span) => tab.view.agent(span).is_some_and(|agent| agent.status.is_none()),
        PaneSource::Result => false,
    };
    match pane.scroll.unseen(&pane.text) {
        _ if pane.scroll.is_following() => plain(Role::TextMuted, if goes_on { "follow" } else { "" }),
        0 => plain(Role::TextMuted, if goes_on { "scrolled" } else { "" }),
        unseen => plain(Role::Badge, format!("+{unseen} new")),
    }
}

/// On the lower border: the search, why the agent failed, or what is not kept here.
fn below(model: &Model, tab: &Tab, pane: &Pane, focused: bool) -> RichLine {
    let typed = model.layers.iter().find_map(|layer| match layer {
        Layer::Filter(filter) if focused && filter.target == FilterTarget::Pane => Some(filter.input.text()),
        _ => None,
    });
    let found = pane.search.as_ref().map(|search| match search.position() {
        Some(place) => format!("  {place} of {}", search.matches().len()),
        None => "  not found".to_owned(),
    });
    if let Some(typed) = typed {
        return RichLine(vec![
            (Role::Key, "search ".to_owned()),
            (Role::Text, typed),
            (Role::Title, "▏".to_owned()),
            (Role::TextMuted, found.unwrap_or_default()),
        ]);
    }
    if let (Some(search), Some(found)) = (&pane.search, found) {
        return plain(Role::Key, format!("“{}”{found}", search.query()));
    }
    let agent = match pane.source {
        PaneSource::Agent(span) => tab.view.agent(span),
        PaneSource::Result => None,
    };
    if let Some(agent) = agent
        && let Some(reason) = &agent.reason
    {
        let sign = text::agent_sign(agent.status, &model.screen);
        return plain(sign.role, reason.lines().next().unwrap_or_default());
    }
    match pane.text.dropped() {
        0 => RichLine::default(),
        dropped => plain(Role::Warn, format!("{dropped} older lines are in the history alone")),
    }
}
