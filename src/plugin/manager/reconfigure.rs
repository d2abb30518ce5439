//! A config that has changed, and the plugin that runs with the one before.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::lifecycle::CLOSE_LIMIT;
use super::python::Install;
use super::{Configs, Manager, ManagerError, Record, Status};
use crate::config::plugin::{Config, Desk};
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;
use crate::runtime::LivePlugin;

/// The longest that a plugin may take over a new config; then it is started anew with it.
const TAKE_LIMIT: Duration = Duration::from_secs(5);

/// What becomes of a plugin that can't take a new config while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfItCanNot {
    StartAnew,
    /// It goes on: it is in the middle of what changed its config.
    GoOn,
}

impl Manager {
    /// Reads the plugin's config again and acts on it: a plugin that runs gets it or is started anew, one that is
    /// switched off is closed, and one that only its config kept from running is started. One that runs goes on with
    /// the config before when this one can't be used. Answers with what became of it, in words, if anything.
    pub async fn apply_config(
        &self,
        plugin: &PluginName,
        if_it_can_not: IfItCanNot,
    ) -> Result<Option<String>, ManagerError> {
        let claim = self.claim(plugin)?;
        let Some(record) = self.get(plugin) else { return Err(ManagerError::Unknown(plugin.clone())) };
        let Ok(found) = &record.plugin.found else { return Ok(None) };
        let words = match &record.live {
            None if waits_for_config(&record.status) => {
                let started = self.start(plugin, Install::No).await;
                Some(told(&self.settle(plugin, started).await))
            }
            None => None,
            Some(live) => self.apply_to(&record, found, live, if_it_can_not).await,
        };
        drop(claim);
        Ok(words)
    }

    async fn apply_to(
        &self,
        record: &Record,
        found: &Found,
        live: &Arc<LivePlugin>,
        if_it_can_not: IfItCanNot,
    ) -> Option<String> {
        let plugin = &record.plugin.name;
        let config = self.read_config(found).await;
        let file = self.places().plugin_config_file(plugin);
        if config.faults().next().is_none()
            && let Err(status) = Self::enabled(&config, &file)
        {
            self.close(plugin, CLOSE_LIMIT).await;
            self.set_status(plugin, status.clone()).await;
            return Some(told(&status));
        }
        if let Err(status) = Self::usable(&config, &file) {
            let why = status.reason.unwrap_or_default();
            return Some(format!("the plugin goes on with the config that it has: {why}"));
        }
        if record.config.as_ref().is_some_and(|before| before.resolved == config.resolved) {
            return None;
        }
        let configs = Configs { before: record.config.as_deref(), now: &config };
        match self.shared.contributions.admit_config(live, found, configs, &self.shared.closing).await {
            Ok(failed) => self.note_all(plugin, failed),
            Err(why) => return Some(format!("the plugin goes on with the config that it has: {why}")),
        }
        // Nobody is asked about the same change again when it is started anew with it.
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.ran_with = Some(config.clone());
        }
        match live.config_changed(config.resolved.clone(), TAKE_LIMIT).await {
            Ok(true) => {
                if let Some(record) = self.roster().records.get_mut(plugin) {
                    record.config = Some(config);
                }
                Some("the plugin has taken it".to_owned())
            }
            Ok(false) if if_it_can_not == IfItCanNot::GoOn => Some("it counts from the plugin's next start".to_owned()),
            Ok(false) => Some(format!("the plugin was started anew with it: {}", self.start_anew(plugin).await)),
            Err(why) => {
                let now = self.start_anew(plugin).await;
                Some(format!("the plugin could not take it ({why}) and was started anew: {now}"))
            }
        }
    }

    async fn start_anew(&self, plugin: &PluginName) -> String {
        self.let_go(plugin).await;
        let started = self.start(plugin, Install::No).await;
        told(&self.settle(plugin, started).await)
    }

    /// Where a plugin's config is read and saved; nothing for one that is broken or not there.
    pub fn config_desk(&self, plugin: &PluginName) -> Option<Desk> {
        Some(self.desk(self.get(plugin)?.plugin.found.as_ref().ok()?))
    }

    fn desk(&self, found: &Found) -> Desk {
        Desk::new(self.places(), &found.manifest.name, found.manifest.config_schema.clone())
    }

    pub(super) async fn read_config(&self, found: &Found) -> Arc<Config> {
        let desk = self.desk(found);
        // What panics in there is a fault of ours; the file is read here then.
        let read = tokio::task::spawn_blocking(move || desk.load()).await;
        let config = read.unwrap_or_else(|_| self.desk(found).load());
        // Before anybody has them who could say them.
        self.shared.bus.hide(&config.hidden);
        Arc::new(config)
    }

    /// A plugin that its config switches off does not run.
    pub(super) fn enabled(config: &Config, file: &Path) -> Result<(), Status> {
        if config.enabled() {
            return Ok(());
        }
        let remedy = format!("set `enabled` to true in {}", file.display());
        Err(Status::of(PluginState::Disabled).because("its config says so").remedy(remedy))
    }

    /// Nor does one whose config is wrong, or refers to what is not here.
    pub(super) fn usable(config: &Config, file: &Path) -> Result<(), Status> {
        let faults: Vec<String> = config.faults().map(|fault| format!("{}:{fault}", file.display())).collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(Status::of(PluginState::Broken)
            .because(format!("its config can't be used\n{}", faults.join("\n")))
            .remedy(format!("correct {}, then reload the plugin", file.display())))
    }
}

/// Whether another config may be all that it needs.
fn waits_for_config(status: &Status) -> bool {
    matches!(status.state, PluginState::Disabled | PluginState::Broken)
}

fn told(status: &Status) -> String {
    let reason = status.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("the plugin {}{reason}", status.state.as_predicate())
}
