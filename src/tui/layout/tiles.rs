//! The grid of a run's panes.

use ratatui::layout::{Constraint, Layout, Margin, Rect, Size};

use crate::tui::model::{Pane, PaneSource, Tab};

/// A smaller pane shows too little to be worth its border.
const SMALLEST: (u16, u16) = (36, 5);

/// Which panes are in sight and where; the others stand in a strip below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tiles {
    /// Places in `Tab::panes` with their areas, borders included.
    pub panes: Vec<(usize, Rect)>,
    /// Those without a pane.
    pub collapsed: Vec<usize>,
    pub strip: Rect,
}

impl Tiles {
    /// The space for the text of the pane at `place`, if it is in sight.
    pub fn text_size(&self, place: usize) -> Option<Size> {
        let (_, area) = self.panes.iter().find(|(pane, _)| *pane == place)?;
        Some(text_area(*area).as_size())
    }
}

/// What is inside a pane's border.
pub fn text_area(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

pub(super) fn arrange(area: Rect, tab: &Tab) -> Tiles {
    let all = 0..tab.panes.len();
    if tab.zoomed && tab.focused < tab.panes.len() {
        return with_strip(area, vec![tab.focused], all.filter(|place| *place != tab.focused).collect());
    }
    let most =
        |area: Rect| usize::from((area.width / SMALLEST.0).max(1)) * usize::from((area.height / SMALLEST.1).max(1));
    if tab.panes.len() <= most(area) {
        return with_strip(area, all.collect(), Vec::new());
    }
    // The focused one is always in sight; then what goes on; then the newest.
    let mut by_interest: Vec<usize> = all.collect();
    by_interest.sort_by_key(|&place| {
        let pane = &tab.panes[place];
        (place != tab.focused, !is_lively(tab, pane), std::cmp::Reverse(place))
    });
    let room = Rect { height: area.height.saturating_sub(1), ..area };
    let mut collapsed = by_interest.split_off(most(room).min(by_interest.len()));
    by_interest.sort_unstable();
    collapsed.sort_unstable();
    with_strip(area, by_interest, collapsed)
}

fn is_lively(tab: &Tab, pane: &Pane) -> bool {
    match pane.source {
        PaneSource::Result => true,
        PaneSource::Agent(span) => tab.view.agent(span).is_some_and(|agent| agent.status.is_none()),
    }
}

fn with_strip(area: Rect, shown: Vec<usize>, collapsed: Vec<usize>) -> Tiles {
    let rows = u16::from(!collapsed.is_empty() && area.height > SMALLEST.1);
    let [grid, strip] = area.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]));
    Tiles { panes: fill(grid, &shown), collapsed, strip }
}

/// Rows of equal columns; the last row's are wider if there are fewer.
fn fill(area: Rect, shown: &[usize]) -> Vec<(usize, Rect)> {
    if shown.is_empty() {
        return Vec::new();
    }
    let columns = columns_for(area, shown.len());
    let rows = Layout::vertical(vec![Constraint::Fill(1); shown.len().div_ceil(columns)]).split(area);
    let mut tiles = Vec::with_capacity(shown.len());
    for (places, row) in shown.chunks(columns).zip(rows.iter()) {
        let cells = Layout::horizontal(vec![Constraint::Fill(1); places.len()]).split(*row);
        tiles.extend(places.iter().copied().zip(cells.iter().copied()));
    }
    tiles
}

/// How many columns show the most text: wider than a line of text is no gain, a narrow pane wraps too much.
fn columns_for(area: Rect, count: usize) -> usize {
    let most = usize::from(area.width / SMALLEST.0).clamp(1, count);
    let shows = |columns: usize| {
        let width = usize::from(area.width) / columns;
        let height = usize::from(area.height) / count.div_ceil(columns);
        let fits = height >= usize::from(SMALLEST.1);
        (fits, width.min(82).saturating_sub(16) * height.saturating_sub(2))
    };
    (1..=most).max_by_key(|&columns| shows(columns)).unwrap_or(1)
}
