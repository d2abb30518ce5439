//! Plugins' config, as the faces see and change it.

use super::LocalHost;
use super::queries::no_plugin;
use crate::config::plugin::{ConfigProblem, Desk, Save, SaveError, Saved};
use crate::event::PluginName;
use crate::orchestrator::api::{ConfigView, Done, FacadeError, FailureKind, SaveConfig, SettingsView};
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
        blocking(move || desk.assess_draft(&document).faults().cloned().collect()).await
    }

    pub(super) async fn config_version(&self, plugin: &PluginName, id: String) -> Result<String, FacadeError> {
        let desk = self.desk(plugin)?;
        blocking(move || desk.version(&id)).await?.map_err(not_saved)
    }

    pub(super) async fn save_config(&self, change: SaveConfig) -> Result<Done, FacadeError> {
        let SaveConfig { plugin, document, base, secrets, overwrite, by } = change;
        let desk = self.desk(&plugin)?;
        let save = Save { document, base, secrets, overwrite, by: by.clone() };
        self.saving(&plugin, &by, move || desk.save(&save)).await
    }

    pub(super) async fn restore_config(&self, plugin: &PluginName, id: String, by: &str) -> Result<Done, FacadeError> {
        let desk = self.desk(plugin)?;
        let who = by.to_owned();
        self.saving(plugin, by, move || desk.restore(&id, &who)).await
    }

    /// Saves, tells of it, and hands the config to the plugin.
    async fn saving(
        &self,
        plugin: &PluginName,
        by: &str,
        save: impl FnOnce() -> Result<Saved, SaveError> + Send + 'static,
    ) -> Result<Done, FacadeError> {
        let ours = self.watched_configs().begin_save(plugin);
        let saved = blocking(save).await?.map_err(not_saved)?;
        let missing: String = saved.config.missing.iter().map(|one| format!("\n{}", one.message)).collect();
        let words =
            if saved.before.document == saved.config.document { "saved; nothing in it has changed" } else { "saved" };
        let applied = self.watched_configs().saved(ours, saved, by).await;
        let applied = applied.map(|applied| format!("; {applied}")).unwrap_or_default();
        Ok(Done::Ok { message: format!("the config of {plugin} is {words}{applied}{missing}") })
    }

    pub(super) fn settings_view(&self) -> SettingsView {
        SettingsView {
            file: self.places().settings_file(),
            user_file: self.places().user_settings_file(),
            settings: self.settings().list(),
        }
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
        SaveError::NoVersion(_) => FacadeError::missing(message).remedy("see `orchestrator config history`"),
        SaveError::Io { .. } | SaveError::Refused(_) => FacadeError::failed(message),
    }
}

/// Reads and writes files where waiting for the disk is fine.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, FacadeError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| FacadeError::failed(format!("the config could not be worked on: {error}")))
}
