//! One run that is open: what the reducer knows of it, and a pane per agent.

use crate::event::view::RunView;
use crate::event::{Event, EventKind, RunId, SpanId};
use crate::tui::pane::{PaneBuffer, PaneView, Search};

use super::TracePanel;

/// How many panes of a run keep their text; of more agents the oldest finished ones' is in the history alone.
const PANES_WITH_TEXT: usize = 64;

/// What a pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneSource {
    /// The output of one agent run.
    Agent(SpanId),
    /// What the run came to.
    Result,
}

#[derive(Debug)]
pub struct Pane {
    pub source: PaneSource,
    pub text: PaneBuffer,
    pub scroll: PaneView,
    pub search: Option<Search>,
}

impl Pane {
    fn new(source: PaneSource) -> Self {
        Pane { source, text: PaneBuffer::new(), scroll: PaneView::new(), search: None }
    }

    fn push(&mut self, text: &str) {
        self.text.push(text);
    }
}

#[derive(Debug)]
pub struct Tab {
    pub view: RunView,
    /// In the order in which the agents started.
    pub panes: Vec<Pane>,
    /// The focused pane's place.
    pub focused: usize,
    /// Whether the focused pane has the whole space.
    pub zoomed: bool,
    pub trace: TracePanel,
}

impl Tab {
    pub fn new(run: RunId) -> Self {
        Tab { view: RunView::new(run), panes: Vec::new(), focused: 0, zoomed: false, trace: TracePanel::default() }
    }

    pub fn pane(&self) -> Option<&Pane> {
        self.panes.get(self.focused)
    }

    pub fn pane_mut(&mut self) -> Option<&mut Pane> {
        self.panes.get_mut(self.focused)
    }

    /// Takes in one event.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.view.seq {
            return;
        }
        self.view.apply(event);
        match &event.kind {
            EventKind::AgentStarted { .. } => {
                if let Some(span) = event.span {
                    self.panes.push(Pane::new(PaneSource::Agent(span)));
                    self.forget_old_text();
                }
            }
            EventKind::AgentOutput { items, .. } => {
                let source = event.span.map(PaneSource::Agent);
                // The newest agents write: search from the end.
                if let Some(pane) = self.panes.iter_mut().rev().find(|pane| Some(pane.source) == source) {
                    items.iter().for_each(|item| pane.push(item));
                }
            }
            EventKind::AgentFinished { reason: Some(reason), .. } => {
                let source = event.span.map(PaneSource::Agent);
                // The pane's border has room for one line. A traceback stands below what the agent said.
                if let Some(pane) = self.panes.iter_mut().rev().find(|pane| Some(pane.source) == source)
                    && let Some((_, traceback)) = reason.split_once('\n')
                {
                    pane.text.begin_line();
                    pane.push(&format!("{traceback}\n"));
                }
            }
            EventKind::FinalResult { status, results, extra } => {
                let mut whole = serde_json::Map::new();
                whole.insert("status".to_owned(), status.clone().into());
                whole.insert("results".to_owned(), results.clone());
                whole.extend(extra.clone());
                let mut pane = Pane::new(PaneSource::Result);
                pane.push(&pretty(&whole.into()));
                // A result is read from its beginning.
                pane.scroll.to_top(&pane.text, ratatui::layout::Size::new(1, 1));
                self.panes.push(pane);
            }
            _ => {}
        }
    }

    /// Searches on in what arrived, where a search is open.
    pub fn refresh_searches(&mut self) {
        for pane in &mut self.panes {
            if let Some(search) = &mut pane.search {
                search.update(&pane.text);
            }
        }
    }

    fn forget_old_text(&mut self) {
        let Some(index) = self.panes.len().checked_sub(PANES_WITH_TEXT + 1) else { return };
        let Some(pane) = self.panes.get_mut(index) else { return };
        let lines = pane.text.range().end;
        pane.text = PaneBuffer::new();
        pane.scroll = PaneView::new();
        pane.search = None;
        pane.push(&format!("{lines} lines of this agent are in the history alone: too many agents run here\n"));
    }
}

/// JSON as people read it.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}
