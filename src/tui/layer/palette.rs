//! The command palette: anything by name.

use crate::event::{PluginName, RunId};
use crate::tui::action::Action;
use crate::tui::model::Picker;

/// What can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Action(Action),
    Workflow(String),
    Plugin(PluginName),
    Run(RunId),
    Theme(String),
}

#[derive(Debug)]
pub struct Palette {
    pub picker: Picker<Choice>,
}
