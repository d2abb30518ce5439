//! A plugin that goes and comes back: what asks for it meanwhile can wait for it, and what it has begun it may finish.

use std::time::Duration;

use tokio::time::timeout;

use super::lifecycle::CLOSE_LIMIT;
use super::{Manager, ManagerError, Status};
use crate::event::{PluginName, PluginState};

/// How long a process that is still used is waited for before the next one is started beside it.
const SOON: Duration = Duration::from_millis(250);
/// How long a library in this process is waited for: the next one can't run beside it.
const LIBRARY_LIMIT: Duration = Duration::from_secs(10);

/// Says that a plugin comes back, while it lives.
struct Expected {
    manager: Manager,
    plugin: PluginName,
}

impl Manager {
    /// Takes it out of use, looks at the folder again, and loads it. A process that is in the middle of calls goes on to
    /// their end, beside the new one.
    pub async fn reload_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        let _expected = self.expect_back(plugin);
        let claim = self.claim_by_hand(plugin)?;
        self.let_go(plugin).await;
        self.set_status(plugin, Status::of(PluginState::Stopped).because("it is being reloaded")).await;
        drop(claim);
        self.discover_plugins().await;
        self.load_plugin(plugin).await
    }

    /// Whether a plugin that does not run is on its way: somebody loads it, or it is started again after its end.
    pub fn is_coming(&self, plugin: &PluginName) -> bool {
        let roster = self.roster();
        // One that has just ended by itself stands as before until it was seen to.
        let by_itself = roster.records.get(plugin).is_some_and(|record| {
            record.live.is_none() && (record.busy || record.restart.is_some() || record.status.state.is_usable())
        });
        by_itself || roster.reloading.contains_key(plugin)
    }

    /// Takes what runs of a plugin out of use. A process that is used goes on until it is not; a library in this process
    /// is waited for.
    pub(super) async fn let_go(&self, plugin: &PluginName) {
        self.shared.contributions.remove(plugin);
        let live = self.roster().records.get_mut(plugin).and_then(|record| {
            record.notes.clear();
            record.live.take()
        });
        let Some(live) = live else { return };
        let is_child = live.process().is_some();
        let leaving = live.leave();
        let limit = if is_child { SOON } else { LIBRARY_LIMIT };
        let is_unused = timeout(limit, leaving.unused()).await.is_ok();
        if is_child && !is_unused {
            return self.close_when_unused(plugin, leaving);
        }
        if let Err(reason) = leaving.shutdown(CLOSE_LIMIT).await {
            tracing::warn!(%plugin, reason, "the plugin did not close well");
        }
    }

    fn expect_back(&self, plugin: &PluginName) -> Expected {
        *self.roster().reloading.entry(plugin.clone()).or_default() += 1;
        Expected { manager: self.clone(), plugin: plugin.clone() }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        let mut roster = self.manager.roster();
        if let Some(times) = roster.reloading.get_mut(&self.plugin) {
            *times -= 1;
            if *times == 0 {
                roster.reloading.remove(&self.plugin);
            }
        }
        drop(roster);
        self.manager.changed();
    }
}
