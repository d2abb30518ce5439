//! A config that has changed, and the plugin that runs with the one before.

use std::path::Path;
use std::sync::Arc;

use super::lifecycle::CLOSE_LIMIT;
use super::python::Install;
use super::{Manager, ManagerError, Status};
use crate::config::plugin::{Config, Desk};
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;

impl Manager {
    /// Reads the plugin's config again and acts on it: a plugin that runs gets it or is started anew, one that may not
    /// run any more is closed, and one that only its config kept from running is started. Answers with what became of
    /// it, in words.
    pub async fn apply_config(&self, plugin: &PluginName) -> Result<String, ManagerError> {
        let claim = self.claim(plugin)?;
        let Some(record) = self.get(plugin) else { return Err(ManagerError::Unknown(plugin.clone())) };
        let Ok(found) = &record.plugin.found else { return Ok("the plugin is broken".to_owned()) };
        let words = match &record.live {
            None if waits_for_config(&record.status) => {
                let started = self.start(plugin, Install::No).await;
                told(&self.settle(plugin, started).await)
            }
            None => told(&record.status),
            Some(_) => {
                let config = self.read_config(found).await;
                let same = record.config.as_ref().is_some_and(|before| before.resolved == config.resolved);
                let file = self.places().plugin_config_file(plugin);
                match Self::enabled(&config, &file).and_then(|()| Self::usable(&config, &file)) {
                    Err(status) => {
                        self.close(plugin, CLOSE_LIMIT).await;
                        self.set_status(plugin, status.clone()).await;
                        told(&status)
                    }
                    Ok(()) if same => "the plugin runs with it already".to_owned(),
                    Ok(()) => {
                        self.close(plugin, CLOSE_LIMIT).await;
                        let started = self.start(plugin, Install::No).await;
                        format!("the plugin was started anew with it: {}", told(&self.settle(plugin, started).await))
                    }
                }
            }
        };
        drop(claim);
        Ok(words)
    }

    pub(super) fn desk(&self, found: &Found) -> Desk {
        Desk::new(self.places(), &found.manifest.name, found.manifest.config_schema.clone())
    }

    pub(super) async fn read_config(&self, found: &Found) -> Arc<Config> {
        let desk = self.desk(found);
        // What panics in there is a fault of ours; the file is read here then.
        let read = tokio::task::spawn_blocking(move || desk.load()).await;
        Arc::new(read.unwrap_or_else(|_| self.desk(found).load()))
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
