//! Loading, unloading, and what happens to a plugin in between.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::library::Started;
use super::order::load_order;
use super::{Clash, Manager, Status};
use crate::event::{PluginName, PluginState};
use crate::runtime::LivePlugin;

/// What a plugin gets to close by itself before it is ended.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManagerError {
    #[error("there is no plugin `{0}`")]
    Unknown(PluginName),
    #[error("the plugin `{0}` is being loaded or unloaded; wait until that is done")]
    Busy(PluginName),
}

impl Manager {
    /// Loads one plugin, unless it is loaded. Answers with how it stands; what went wrong is in there.
    pub async fn load_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        let claim = self.claim(plugin)?;
        if let Some(record) = self.get(plugin)
            && record.live.is_some()
        {
            return Ok(record.status);
        }
        let status = match self.start(plugin).await {
            Ok(started) => self.take_into_use(plugin, started).await,
            Err(status) => status,
        };
        self.set_status(plugin, status.clone()).await;
        drop(claim);
        Ok(status)
    }

    /// Loads every plugin that can be, one after the other so that the first name is always the same one's. A failing
    /// plugin stops nobody.
    pub async fn load_all_plugins(&self) {
        let order = load_order(&self.roster().records);
        for plugin in order {
            if let Err(error) = self.load_plugin(&plugin).await {
                tracing::warn!(%plugin, %error, "not loaded");
            }
        }
    }

    /// Takes what it contributes out of use, and closes it.
    pub async fn unload_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        let claim = self.claim(plugin)?;
        self.close(plugin, CLOSE_LIMIT).await;
        let status = Status::of(PluginState::Stopped).because("it was unloaded");
        self.set_status(plugin, status.clone()).await;
        drop(claim);
        Ok(status)
    }

    /// Unloads, looks at the folder again, and loads.
    pub async fn reload_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        self.unload_plugin(plugin).await?;
        self.discover_plugins().await;
        self.load_plugin(plugin).await
    }

    /// Does not use the plugin any more: it hung. Its code may still be stuck and can't be joined.
    pub async fn quarantine(&self, plugin: &PluginName, reason: &str) {
        self.shared.contributions.remove(plugin);
        let status = Status::of(PluginState::Quarantined)
            .because(reason)
            .remedy("mend the plugin, then restart; its stuck thread goes with this process");
        self.set_status(plugin, status).await;
    }

    /// Closes all plugins, the last loaded first. None gets more than `limit`.
    pub async fn shutdown_all(&self, limit: Duration) {
        self.shared.closing.cancel();
        let mut live: Vec<(u64, PluginName)> = {
            let roster = self.roster();
            let running = roster.records.iter().filter(|(_, record)| record.live.is_some());
            running.map(|(name, record)| (record.loaded, name.clone())).collect()
        };
        live.sort_unstable_by(|a, b| b.cmp(a));
        for (_, plugin) in live {
            self.close(&plugin, limit).await;
            self.set_status(&plugin, Status::of(PluginState::Stopped).because("the host is closing")).await;
        }
        self.shared.watchers.close();
        self.shared.watchers.wait().await;
    }

    /// Puts a started plugin to use.
    async fn take_into_use(&self, plugin: &PluginName, Started { live, found }: Started) -> Status {
        {
            let mut roster = self.roster();
            roster.loads += 1;
            let loads = roster.loads;
            if let Some(record) = roster.records.get_mut(plugin) {
                record.live = Some(live.clone());
                record.loaded = loads;
            }
        }
        let clashes = self.shared.contributions.add(&live, &found);
        self.note_clashes(plugin, &clashes).await;
        self.watch(plugin.clone(), &live);
        match &live.contributions().degraded {
            Some(reason) => Status::of(PluginState::Degraded).because(reason.clone()),
            None => Status::of(PluginState::Active),
        }
    }

    /// Both see it: who came too late, and who keeps the name.
    async fn note_clashes(&self, plugin: &PluginName, clashes: &[Clash]) {
        let mut told = BTreeSet::new();
        {
            let mut roster = self.roster();
            for Clash { what, holder } in clashes {
                let kept_by = holder.as_ref().map_or("the host".to_owned(), |holder| format!("the plugin {holder}"));
                if let Some(record) = roster.records.get_mut(plugin) {
                    record.notes.push(format!("{what} is not used: {kept_by} had that name first"));
                }
                let held = holder.as_ref().and_then(|holder| roster.records.get_mut(holder));
                if let (Some(record), Some(holder)) = (held, holder) {
                    record.notes.push(format!("{what} is wanted by the plugin {plugin} too; this one keeps it"));
                    told.insert(holder.clone());
                }
            }
        }
        for holder in told {
            self.announce(&holder).await;
        }
    }

    /// Notices when the plugin ends by itself.
    fn watch(&self, plugin: PluginName, live: &Arc<LivePlugin>) {
        let mut ended = live.ended();
        let this = Arc::downgrade(live);
        let manager = self.clone();
        self.shared.watchers.spawn(async move {
            let reason = match ended.wait_for(Option::is_some).await {
                Ok(reason) => reason.clone().unwrap_or_default(),
                Err(_) => return,
            };
            // One that was closed on purpose is no longer in the roster.
            let crashed = {
                let mut roster = manager.roster();
                let record = roster.records.get_mut(&plugin);
                match record {
                    Some(record) => {
                        let same = record.live.as_ref().is_some_and(|live| Arc::as_ptr(live) == this.as_ptr());
                        same.then(|| record.live.take()).flatten()
                    }
                    None => None,
                }
            };
            if crashed.is_some() {
                manager.shared.contributions.remove(&plugin);
                let status = Status::of(PluginState::Crashed).because(reason).remedy("see its log, then reload it");
                manager.set_status(&plugin, status).await;
            }
        });
    }

    async fn close(&self, plugin: &PluginName, limit: Duration) {
        self.shared.contributions.remove(plugin);
        let live = self.roster().records.get_mut(plugin).and_then(|record| {
            record.notes.clear();
            record.live.take()
        });
        if let Some(live) = live
            && let Err(reason) = live.shutdown(limit).await
        {
            tracing::warn!(%plugin, reason, "the plugin did not close well");
        }
    }

    pub(super) async fn set_status(&self, plugin: &PluginName, status: Status) {
        let changed = match self.roster().records.get_mut(plugin) {
            Some(record) => {
                record.status = status;
                true
            }
            None => false,
        };
        if changed {
            self.announce(plugin).await;
        }
    }

    fn claim(&self, plugin: &PluginName) -> Result<Claim, ManagerError> {
        let mut roster = self.roster();
        let record = roster.records.get_mut(plugin).ok_or_else(|| ManagerError::Unknown(plugin.clone()))?;
        if std::mem::replace(&mut record.busy, true) {
            return Err(ManagerError::Busy(plugin.clone()));
        }
        Ok(Claim { manager: self.clone(), plugin: plugin.clone() })
    }
}

/// The right to change a plugin's life, for one at a time.
struct Claim {
    manager: Manager,
    plugin: PluginName,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(record) = self.manager.roster().records.get_mut(&self.plugin) {
            record.busy = false;
        }
    }
}
