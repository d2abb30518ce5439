//! What this room needs from above: somebody who uses what plugins contribute.

use std::sync::Arc;

use crate::event::PluginName;
use crate::plugin::discovery::Found;
use crate::runtime::LivePlugin;

/// A name that a plugin wanted and another one had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// What it names, in words: `the agent planner_agent`.
    pub what: String,
    /// Who keeps it; nobody stands for the host itself.
    pub holder: Option<PluginName>,
}

/// Takes what a plugin contributes into use, and out of it. Called on changes, one after the other; must not block.
pub trait Contributions: Send + Sync + 'static {
    /// `found` is what the plugin was started from. The first who brings a name keeps it; what was refused is
    /// answered.
    fn add(&self, plugin: &Arc<LivePlugin>, found: &Found) -> Vec<Clash>;

    fn remove(&self, plugin: &PluginName);
}
