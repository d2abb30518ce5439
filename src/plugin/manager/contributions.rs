//! What this room needs from above: somebody who uses what plugins contribute.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::config::plugin::Config;
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

/// What a plugin runs with.
#[derive(Clone, Copy)]
pub struct Configs<'a> {
    /// When it last ran in this process; absent the first time.
    pub before: Option<&'a Config>,
    pub now: &'a Config,
}

/// Takes what a plugin contributes into use, and out of it. Called on changes, one after the other; must not block.
pub trait Contributions: Send + Sync + 'static {
    /// `found` is what the plugin was started from. The first who brings a name keeps it; what was refused is
    /// answered. What the plugin itself had before is replaced.
    fn add(&self, plugin: &Arc<LivePlugin>, found: &Found) -> Vec<Clash>;

    /// Asks those who may object, before [`Contributions::add`]. The error says who objected, and why; without one, the
    /// answer is what of the asking failed, in words. Ends early, with an error, when `closing` is set.
    fn admit<'a>(
        &'a self,
        plugin: &'a Arc<LivePlugin>,
        found: &'a Found,
        configs: Configs<'a>,
        closing: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Vec<String>, String>>;

    /// Asks those who may object to another config for a plugin that is in use, as [`Contributions::admit`] does.
    fn admit_config<'a>(
        &'a self,
        plugin: &'a Arc<LivePlugin>,
        found: &'a Found,
        configs: Configs<'a>,
        closing: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Vec<String>, String>>;

    fn remove(&self, plugin: &PluginName);
}
