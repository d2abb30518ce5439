//! The line in which a filter or a search is typed. It takes effect at every key.

use crate::tui::model::Input;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterTarget {
    Plugins,
    Runs,
    Handlers,
    Audit,
    Routes,
    Trace,
    Pane,
    /// The editor of a config.
    Config,
}

#[derive(Debug, Clone)]
pub struct Filter {
    pub target: FilterTarget,
    pub input: Input,
}
