//! What the workbench knows: plain data, changed by `update` and `action` alone, drawn by `view`.
//!
//! Each part has its own file and its own rules. Nothing here reads a clock, a file or a terminal.

mod audit;
mod catalog;
mod difference;
mod handlers;
mod input;
mod notice;
mod open_runs;
mod permissions;
mod picker;
mod plugins;
mod queue;
mod rich;
mod routes;
mod runs;
mod screen;
mod selection;
mod tab;
mod terms;
mod themes;
mod trace;
mod usage;

pub use audit::AuditLog;
pub use catalog::Catalog;
pub use difference::{Body, Differences, Line as DifferenceLine, bodies_of, compare_texts};
pub use handlers::Handlers;
pub use input::Input;
pub use notice::{Notice, NoticeKind};
pub use open_runs::OpenRuns;
pub use permissions::Permissions;
pub use picker::{Picker, PickerItem};
pub use plugins::Plugins;
pub use queue::{Waiting, waiting};
pub use rich::{Rich, RichLine};
pub use routes::{Routes, Tried};
pub use runs::Runs;
pub use screen::{Focus, Screen, View};
pub use selection::{contains, window};
pub use tab::{Pane, PaneSource, Tab};
pub use terms::toggled;
pub use themes::Themes;
pub use trace::{RUNNING, TracePanel, TraceRow};
pub use usage::{Gauge, Measure, Usages};

use std::collections::BTreeSet;

use super::action::Context;
use super::keymap::Keymap;
use super::layer::{Layer, Remembered};
use crate::event::{PluginState, RunId};
use crate::orchestrator::api::{LinkView, PluginSummary, ProjectView, ServerView};

/// Everything.
#[derive(Debug)]
pub struct Model {
    pub screen: Screen,
    /// Absent until the first snapshot.
    pub project: Option<ProjectView>,
    pub plugins: Plugins,
    pub permissions: Permissions,
    pub handlers: Handlers,
    pub audit: AuditLog,
    pub routes: Routes,
    pub catalog: Catalog,
    pub runs: Runs,
    pub open: OpenRuns,
    pub differences: Differences,
    /// Dialogs, the top one last; it gets keys and paste first.
    pub layers: Vec<Layer>,
    pub notice: Option<Notice>,
    pub remembered: Remembered,
    pub themes: Themes,
    pub keymap: Keymap,
    /// The HTTP server, where there can be one.
    pub server: Option<ServerView>,
    /// The connection to the host, if that is elsewhere.
    pub link: Option<LinkView>,
}

impl Model {
    pub fn new(screen: Screen, themes: Themes, keymap: Keymap) -> Self {
        Model {
            screen,
            project: None,
            plugins: Plugins::default(),
            permissions: Permissions::default(),
            handlers: Handlers::default(),
            audit: AuditLog::default(),
            routes: Routes::default(),
            catalog: Catalog::default(),
            runs: Runs::default(),
            open: OpenRuns::default(),
            differences: Differences::default(),
            layers: Vec::new(),
            notice: None,
            remembered: Remembered::default(),
            themes,
            keymap,
            server: None,
            link: None,
        }
    }

    /// Where a key goes.
    pub fn context(&self) -> Context {
        self.layers.last().map_or_else(|| self.base_context(), Layer::context)
    }

    /// Where a key would go without dialogs.
    pub fn base_context(&self) -> Context {
        match (self.screen.view, self.screen.focus) {
            (View::Runs, _) => Context::Runs,
            (View::Permissions, _) => Context::Permissions,
            (View::Handlers, _) => Context::Handlers,
            (View::Audit, _) => Context::Audit,
            (View::Api, _) => Context::Api,
            (View::Workbench, Focus::Plugins) => Context::Plugins,
            (View::Workbench, Focus::Run) => Context::Run,
            (View::Workbench, Focus::Trace) => Context::Trace,
        }
    }

    /// The run that is on the screen.
    pub fn tab(&self) -> Option<&Tab> {
        self.open.current()
    }

    /// Whether `run` still goes on, as far as is known here.
    pub fn is_live(&self, run: RunId) -> bool {
        match (self.open.find(run), self.runs.find(run)) {
            (Some(tab), _) => !tab.view.is_over(),
            (None, Some(summary)) => summary.status.is_none(),
            (None, None) => false,
        }
    }

    /// The runs that go on, here or in another process.
    pub fn live_runs(&self) -> BTreeSet<RunId> {
        let known = self.runs.all().iter().map(|run| run.id).chain(self.open.tabs().iter().map(|tab| tab.view.id));
        known.filter(|run| self.is_live(*run)).collect()
    }

    /// The runs that leaving the workbench would end: a host that is elsewhere stays.
    pub fn own_live_runs(&self) -> Vec<RunId> {
        self.runs.own().filter(|_| self.link.is_none()).filter(|run| self.is_live(*run)).collect()
    }

    /// Whether the screen changes as time goes by: then it wants ticks.
    pub fn is_moving(&self) -> bool {
        let plugin_moves =
            |plugin: &PluginSummary| matches!(plugin.state, PluginState::Building | PluginState::Loading);
        let is_arming = |layer: &Layer| !layer.is_armed(self.screen.now);
        !self.live_runs().is_empty()
            || self.layers.last().is_some_and(is_arming)
            || self.notice.as_ref().is_some_and(|notice| notice.until.is_some())
            || self.plugins.all().iter().any(plugin_moves)
            || self.layers.iter().any(|layer| matches!(layer, Layer::Config(editor) if editor.check.waits()))
    }
}
