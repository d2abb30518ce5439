//! The command palette: anything by name. And shorter lists of choices, in the same form.

use crate::event::{PluginName, RunId};
use crate::orchestrator::api::UpdatePolicy;
use crate::tui::action::Action;
use crate::tui::model::Picker;

/// What can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Action(Action),
    Workflow(String),
    Plugin(PluginName),
    /// The plugin's config.
    Config(PluginName),
    Run(RunId),
    Theme(String),
    Policy(PluginName, UpdatePolicy),
}

#[derive(Debug)]
pub struct Palette {
    pub title: String,
    pub picker: Picker<Choice>,
}
