//! What was typed the last time, per workflow, for as long as the workbench is open.

use std::collections::BTreeMap;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The workflow that was chosen last.
    pub workflow: Option<String>,
    pub typed: BTreeMap<String, Typed>,
}

/// The contents of the fields.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Typed {
    pub requirements: String,
    /// By property; the lines of a config without properties are under the empty name.
    pub config: BTreeMap<String, String>,
}
