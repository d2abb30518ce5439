//! Which columns fit beside each other.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::tui::model::Focus;

/// From this width on, all three columns stand side by side.
const WIDE: u16 = 110;
/// From this width on, two do.
const MEDIUM: u16 = 90;

/// The columns in sight, from left to right.
pub(super) fn visible(width: u16, focus: Focus) -> Vec<Focus> {
    match (width, focus) {
        (WIDE.., _) => Focus::ALL.to_vec(),
        (MEDIUM.., Focus::Trace) => vec![Focus::Run, Focus::Trace],
        (MEDIUM.., Focus::Plugins | Focus::Run) => vec![Focus::Plugins, Focus::Run],
        (_, focus) => vec![focus],
    }
}

/// Their places. The run takes what the others leave.
pub(super) fn split(body: Rect, columns: &[Focus]) -> Vec<(Focus, Rect)> {
    let alone = columns.len() == 1;
    let constraints = columns.iter().map(|focus| match focus {
        _ if alone => Constraint::Fill(1),
        Focus::Plugins => Constraint::Length((body.width / 5).clamp(30, 38)),
        Focus::Run => Constraint::Fill(1),
        Focus::Trace => Constraint::Length((body.width * 3 / 10).clamp(36, 60)),
    });
    let areas = Layout::horizontal(constraints).split(body);
    columns.iter().copied().zip(areas.iter().copied()).collect()
}
