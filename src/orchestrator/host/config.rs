//! Plugins' config, as the faces see and change it.

use super::LocalHost;
use super::queries::no_plugin;
use crate::config::plugin::{Config, ConfigProblem, Desk, Save, SaveError, Saved};
use crate::event::{Draft, EventKind, PluginName, StreamId};
use crate::orchestrator::api::{ConfigView, Done, FacadeError, FailureKind, SaveConfig};
use crate::plugin::manager::Record;

impl LocalHost {
    pub(super) async fn config_view(&self, plugin: &PluginName) -> Result<ConfigView, FacadeError> {
        let desk = self.desk(plugin)?;
        let name = plugin.clone();
        blocking(move || view(name, &desk)).await
    }

    pub(super) async fn check_config(
        &self,
        plugin: &PluginName,
        document: String,
    ) -> Result<Vec<ConfigProblem>, FacadeError> {
        let desk = self.desk(plugin)?;
        blocking(move || desk.assess(&document).faults().cloned().collect()).await
    }

    pub(super) async fn config_version(&self, plugin: &PluginName, id: String) -> Result<String, FacadeError> {
        let desk = self.desk(plugin)?;
        blocking(move || desk.version(&id)).await?.map_err(not_saved)
    }

    pub(super) async fn save_config(&self, change: SaveConfig) -> Result<Done, FacadeError> {
        let SaveConfig { plugin, document, base, secrets, overwrite, by } = change;
        let desk = self.desk(&plugin)?;
        let save = Save { document, base, secrets, overwrite, by: by.clone() };
        let saved = blocking(move || desk.save(&save, |_| Ok(()))).await?.map_err(not_saved)?;
        self.saved(&plugin, &saved, &by).await
    }

    pub(super) async fn restore_config(&self, plugin: &PluginName, id: String, by: &str) -> Result<Done, FacadeError> {
        let desk = self.desk(plugin)?;
        let who = by.to_owned();
        let saved = blocking(move || desk.restore(&id, &who, |_| Ok(()))).await?.map_err(not_saved)?;
        self.saved(plugin, &saved, by).await
    }

    /// Tells of a config that was saved, and hands it to the plugin.
    async fn saved(&self, plugin: &PluginName, saved: &Saved, by: &str) -> Result<Done, FacadeError> {
        let changed = saved.before != saved.after;
        if changed {
            self.tell_config(plugin, &saved.config, by).await;
        }
        let applied = self.manager().apply_config(plugin).await;
        let applied = applied.map_err(|error| FacadeError::failed(format!("it is saved; {error}")))?;
        let words = if changed { "saved" } else { "saved; nothing in it has changed" };
        let missing: String = saved.config.missing.iter().map(|one| format!("\n{}", one.message)).collect();
        Ok(Done::Ok { message: format!("the config of {plugin} is {words}; {applied}{missing}") })
    }

    /// An event of the host's stream: who changed it, and what it is now.
    async fn tell_config(&self, plugin: &PluginName, config: &Config, who: &str) {
        let what = config.shown();
        let kind = EventKind::ConfigChanged { who: who.to_owned(), what };
        self.bus().emit(Draft::new(StreamId::Host, kind).plugin(Some(plugin.clone()))).await;
    }

    fn desk(&self, plugin: &PluginName) -> Result<Desk, FacadeError> {
        let record = self.manager().get(plugin).ok_or_else(|| no_plugin(plugin))?;
        Ok(Desk::new(self.places(), plugin, schema(&record)))
    }
}

fn schema(record: &Record) -> Option<serde_json::Value> {
    record.plugin.found.as_ref().ok().and_then(|found| found.manifest.config_schema.clone())
}

fn view(plugin: PluginName, desk: &Desk) -> ConfigView {
    let config = desk.load();
    ConfigView {
        plugin,
        file: desk.file().to_owned(),
        schema: desk.schema().cloned(),
        values: config.values().to_vec(),
        general: config.general().to_vec(),
        problems: config.faults().cloned().collect(),
        schema_fault: config.schema_fault,
        document: config.document,
        revision: config.revision,
        secrets: config.secrets,
        versions: desk.versions(),
    }
}

fn not_saved(error: SaveError) -> FacadeError {
    let message = error.to_string();
    match error {
        SaveError::Conflict { .. } => FacadeError { kind: FailureKind::Conflict, ..FacadeError::failed(message) }
            .remedy("look at what it is now, then save again over that, or overwrite it"),
        SaveError::Invalid(_) => FacadeError::usage(message),
        SaveError::NoVersion(_) => FacadeError::usage(message).remedy("see `orchestrator config history`"),
        SaveError::Io { .. } | SaveError::Secrets(_) => FacadeError::failed(message),
    }
}

/// Reads and writes files where waiting for the disk is fine.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, FacadeError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| FacadeError::failed(format!("the config could not be worked on: {error}")))
}
