//! Loading, unloading, and what happens to a plugin in between.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::python::Install;
use super::start::{NotStarted, Started};
use super::{Clash, Configs, Manager, Record, Status};
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;
use crate::plugin::manifest::Runtime;
use crate::runtime::LivePlugin;

/// What a plugin gets to close by itself before it is ended.
pub(super) const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManagerError {
    #[error("there is no plugin `{0}`")]
    Unknown(PluginName),
    #[error("the plugin `{0}` is being loaded or unloaded; wait until that is done")]
    Busy(PluginName),
    #[error("the plugin `{0}` is native: it has no packages that could be installed, and is built when it is loaded")]
    NothingToInstall(PluginName),
}

impl Manager {
    /// Loads one plugin, unless it is loaded. Answers with how it stands; what went wrong is in there.
    pub async fn load_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        let claim = self.claim_by_hand(plugin)?;
        if let Some(record) = self.get(plugin)
            && record.code().is_some()
        {
            return Ok(record.status);
        }
        let started = self.start(plugin, Install::No).await;
        let status = self.settle(plugin, started).await;
        drop(claim);
        Ok(status)
    }

    /// Installs the packages that the plugin needs, if it needs some, and loads it. With `source_distributions`, also
    /// those that have to be built, which runs their code.
    pub async fn install_plugin(
        &self,
        plugin: &PluginName,
        source_distributions: bool,
    ) -> Result<Status, ManagerError> {
        let claim = self.claim_by_hand(plugin)?;
        if let Some(record) = self.get(plugin) {
            let is_native = record.plugin.found.as_ref().is_ok_and(|found| found.manifest.runtime == Runtime::Native);
            if is_native {
                return Err(ManagerError::NothingToInstall(plugin.clone()));
            }
            if record.code().is_some() {
                return Ok(record.status);
            }
        }
        let started = self.start(plugin, Install::Yes { source_distributions }).await;
        let status = self.settle(plugin, started).await;
        drop(claim);
        Ok(status)
    }

    /// Takes what it contributes out of use, and closes it.
    pub async fn unload_plugin(&self, plugin: &PluginName) -> Result<Status, ManagerError> {
        let claim = self.claim_by_hand(plugin)?;
        self.close(plugin, CLOSE_LIMIT).await;
        let status = Status::of(PluginState::Stopped).because("it was unloaded");
        self.set_status(plugin, status.clone()).await;
        drop(claim);
        Ok(status)
    }

    /// Puts a started plugin to use, or says why there is none. For whoever has the claim.
    pub(super) async fn settle(&self, plugin: &PluginName, started: Result<Started, NotStarted>) -> Status {
        let started = match started {
            Ok(started) => started,
            Err(not_started) => {
                let status = not_started.into_status();
                self.set_status(plugin, status.clone()).await;
                return status;
            }
        };
        match self.admit(plugin, &started.live, &started.found).await {
            Ok(()) => self.put_to_use(plugin, &started).await,
            Err(status) => {
                self.retire(started.live);
                self.set_status(plugin, status.clone()).await;
                status
            }
        }
    }

    /// From here on it is the plugin, in the place of what ran before.
    pub(super) async fn put_to_use(&self, plugin: &PluginName, started: &Started) -> Status {
        let Started { live, found, given } = started;
        let status = self.take_into_use(plugin, live, found).await;
        self.set_status(plugin, status.clone()).await;
        // After its state was told, or one that ends at once would seem to run.
        self.watch(plugin.clone(), live);
        self.widen_when_granted(live, given.clone());
        status
    }

    /// Asks those who may object to the plugin, or to what it would run with.
    pub(super) async fn admit(&self, plugin: &PluginName, live: &Arc<LivePlugin>, found: &Found) -> Result<(), Status> {
        let Some(record) = self.get(plugin) else { return Ok(()) };
        // Noted when it was started.
        let Some(now) = &record.config else { return Ok(()) };
        let configs = Configs { before: record.ran_with.as_deref(), now };
        let closing = &self.shared.closing;
        match self.shared.contributions.admit(live, found, configs, closing).await {
            Ok(failed) => {
                self.note_all(plugin, failed);
                Ok(())
            }
            Err(_) if closing.is_cancelled() => Err(Status::closing()),
            Err(reason) => Err(Status::of(PluginState::Stopped).because(reason).remedy(
                "change what was objected to and reload it, or take the other plugin out of `hooks: appointed`",
            )),
        }
    }

    /// For those who look at the plugin.
    pub(super) fn note_all(&self, plugin: &PluginName, notes: Vec<String>) {
        if let Some(record) = self.roster().records.get_mut(plugin) {
            notes.into_iter().for_each(|text| note(record, self.shared.bus.masked(text)));
        }
    }

    async fn take_into_use(&self, plugin: &PluginName, live: &Arc<LivePlugin>, found: &Found) -> Status {
        {
            let mut roster = self.roster();
            // Under the lock: what is there when the host closes is closed in order.
            if self.shared.closing.is_cancelled() {
                return Status::closing();
            }
            if let Some(record) = roster.records.get_mut(plugin) {
                if record.hung {
                    record.left_behind = Some(live.clone());
                    return record.status.clone();
                }
                record.live = Some(live.clone());
                record.ran_with = record.config.clone();
            }
        }
        let clashes = self.shared.contributions.add(live, found);
        if let Some(status) = self.hung_meanwhile(plugin) {
            self.shared.contributions.remove(plugin);
            return status;
        }
        self.note_clashes(plugin, &clashes).await;
        let fault = self.get(plugin).and_then(|record| record.config?.schema_fault.clone());
        if let Some(fault) = fault {
            return Status::of(PluginState::Degraded)
                .because(format!("its config is not checked, because its `config_schema` is wrong: {fault}"))
                .remedy("mend `config_schema` in its plugin.yaml");
        }
        match &live.contributions().degraded {
            Some(reason) => Status::of(PluginState::Degraded).because(reason.clone()),
            None => Status::of(PluginState::Active),
        }
    }

    /// How it stands, if a handler of it has hung since it was started.
    fn hung_meanwhile(&self, plugin: &PluginName) -> Option<Status> {
        self.roster().records.get(plugin).filter(|record| record.hung).map(|record| record.status.clone())
    }

    /// Both see it: who came too late, and who keeps the name.
    async fn note_clashes(&self, plugin: &PluginName, clashes: &[Clash]) {
        let mut told = BTreeSet::new();
        {
            let mut roster = self.roster();
            for Clash { what, holder } in clashes {
                let kept_by = holder.as_ref().map_or("the host".to_owned(), |holder| format!("the plugin {holder}"));
                if let Some(record) = roster.records.get_mut(plugin) {
                    note(record, format!("{what} is not used: {kept_by} had that name first"));
                }
                let held = holder.as_ref().and_then(|holder| roster.records.get_mut(holder));
                if let (Some(record), Some(holder)) = (held, holder) {
                    note(record, format!("{what} is wanted by the plugin {plugin} too; this one keeps it"));
                    told.insert(holder.clone());
                }
            }
        }
        for holder in told {
            self.announce(&holder).await;
        }
    }

    /// Closes a second process of a plugin's, which nobody uses any more.
    pub fn retire(&self, live: Arc<LivePlugin>) {
        self.shared.watchers.spawn(async move {
            if let Err(reason) = live.shutdown(CLOSE_LIMIT).await {
                tracing::warn!(plugin = %live.name(), reason, "a run's own process did not close well");
            }
        });
    }

    pub(super) async fn close(&self, plugin: &PluginName, limit: Duration) {
        self.shared.contributions.remove(plugin);
        let live = self.roster().records.get_mut(plugin).and_then(|record| {
            record.notes.clear();
            std::mem::take(&mut record.closed).cancel();
            record.hung = false;
            record.live.take().or(record.left_behind.take())
        });
        if let Some(live) = live
            && let Err(reason) = live.shutdown(limit).await
        {
            tracing::warn!(%plugin, reason, "the plugin did not close well");
        }
    }

    pub(super) async fn set_status(&self, plugin: &PluginName, mut status: Status) {
        // Much of it is the plugin's words.
        status.reason = status.reason.map(|reason| self.shared.bus.masked(reason));
        let changed = match self.roster().records.get_mut(plugin) {
            // What hangs meanwhile is not in use, whatever was about to be said; and that was told.
            Some(record) if record.hung && (status.state.is_usable() || record.status == status) => false,
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
}

/// Once is enough: a process that is replaced wants the same names again.
fn note(record: &mut Record, note: String) {
    if !record.notes.contains(&note) {
        record.notes.push(note);
    }
}
