//! Where everything stands: from the model and the size of the terminal to rectangles.
//!
//! Drawing and the mouse both ask here, so that a click always hits what is seen.

mod call;
mod columns;
mod dialog;
mod matrix;
mod tiles;

use ratatui::layout::{Constraint, Layout as Split, Margin, Rect};

pub use call::{CallPlaces, call};
pub use dialog::{approval_text, dialog};
pub use matrix::Matrix;
pub use tiles::{Tiles, text_area};

use super::model::{Focus, Model, Tab, View};

/// Below this, one line says that the terminal is too small.
pub const SMALLEST: (u16, u16) = (40, 10);

/// A panel with a list above and, if there is room, details below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panel {
    /// With the border.
    pub area: Rect,
    pub list: Rect,
    /// The row that divides the two, and what is below it.
    pub detail: Option<(Rect, Rect)>,
}

/// The column of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunColumn {
    pub area: Rect,
    pub header: Rect,
    pub tiles: Tiles,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    /// Where one column shows at a time: which one.
    pub tabs: Option<Rect>,
    pub body: Rect,
    pub footer: Rect,
    pub plugins: Option<Panel>,
    pub run: Option<RunColumn>,
    pub trace: Option<Panel>,
    pub runs: Option<Panel>,
    pub matrix: Option<Matrix>,
    pub handlers: Option<Panel>,
    pub audit: Option<Panel>,
    pub api: Option<Panel>,
}

impl Layout {
    /// `None` if the terminal is too small for anything.
    pub fn of(model: &Model) -> Option<Layout> {
        let area = model.screen.area();
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            return None;
        }
        let columns = columns::visible(area.width, model.screen.focus);
        let is_workbench = model.screen.view == View::Workbench;
        let has_tabs = is_workbench && columns.len() < Focus::ALL.len();
        let [header, tabs, body, footer] = area.layout(&Split::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(has_tabs)),
            Constraint::Min(0),
            Constraint::Length(1),
        ]));
        let tabs = has_tabs.then_some(tabs);
        let mut layout = Layout {
            header,
            tabs,
            body,
            footer,
            plugins: None,
            run: None,
            trace: None,
            runs: None,
            matrix: None,
            handlers: None,
            audit: None,
            api: None,
        };
        match model.screen.view {
            View::Workbench => {
                for (focus, area) in columns::split(body, &columns) {
                    match focus {
                        Focus::Plugins => layout.plugins = Some(panel(area, 14)),
                        Focus::Run => layout.run = Some(run_column(area, model.tab())),
                        Focus::Trace => layout.trace = Some(panel(area, area.height / 3)),
                    }
                }
            }
            View::Runs => layout.runs = Some(panel(body, 7)),
            View::Permissions => layout.matrix = Some(Matrix::new(body)),
            View::Handlers => layout.handlers = Some(headed(panel(body, 7))),
            View::Audit => layout.audit = Some(panel(body, 7)),
            View::Api => layout.api = Some(headed(panel(body, 7))),
        }
        Some(layout)
    }
}

/// A bordered panel whose details have at most `detail` rows and never more than the list.
fn panel(area: Rect, detail: u16) -> Panel {
    let inside = area.inner(Margin::new(1, 1));
    let detail = detail.min(inside.height.saturating_sub(1) / 2);
    if detail < 3 {
        return Panel { area, list: inside, detail: None };
    }
    let [list, divider, below] =
        inside.layout(&Split::vertical([Constraint::Min(0), Constraint::Length(1), Constraint::Length(detail)]));
    let divider = Rect { x: area.x, width: area.width, ..divider };
    Panel { area, list, detail: Some((divider, below)) }
}

/// The same with a row above the list for the names of its columns.
fn headed(mut panel: Panel) -> Panel {
    let row = 1.min(panel.list.height);
    panel.list.y += row;
    panel.list.height -= row;
    panel
}

fn run_column(area: Rect, tab: Option<&Tab>) -> RunColumn {
    let lines = tab.map_or(0, |tab| header_lines(tab, area));
    let [header, rest] = area.layout(&Split::vertical([Constraint::Length(lines), Constraint::Min(0)]));
    RunColumn { area, header, tiles: tab.map(|tab| tiles::arrange(rest, tab)).unwrap_or_default() }
}

/// Title; requirements where there is room; phases; and, at the end, who or what ended it.
fn header_lines(tab: &Tab, area: Rect) -> u16 {
    let requirements = u16::from(area.height >= 16 && !tab.view.requirements.is_empty());
    let phases = u16::from(!tab.view.phases.is_empty());
    let reason = tab.view.reason.as_ref().map_or(0, |reason| reason_rows(reason, area));
    1 + requirements + phases + reason
}

/// How many rows a run's reason takes.
pub fn reason_rows(reason: &str, area: Rect) -> u16 {
    let most = if area.height >= 16 { 4 } else { 2 };
    let rich = super::text::reason(reason);
    u16::try_from(rich.wrapped(usize::from(area.width.saturating_sub(1))).len()).unwrap_or(most).clamp(1, most)
}
