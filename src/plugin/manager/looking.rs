//! Knowing plugins without running them.

use super::{Manager, Record, Status};
use crate::event::PluginState;

impl Manager {
    /// Finds out how each plugin stands, as far as that is known without running or preparing any of its code.
    pub async fn look_at_all_plugins(&self) {
        for record in self.all() {
            let status = self.look_at(&record).await.unwrap_or_else(|held| held);
            self.set_status(&record.plugin.name, status).await;
        }
    }

    /// Where the project is only looked at, nothing of a plugin is run: the error says how the plugin stands.
    pub(super) async fn may_run_code(&self, record: &Record) -> Result<(), Status> {
        match self.shared.look_only {
            true => Err(self.look_at(record).await.unwrap_or_else(|held| held)),
            false => Ok(()),
        }
    }

    async fn look_at(&self, record: &Record) -> Result<Status, Status> {
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let config = self.read_config(found).await;
        let file = self.places().plugin_config_file(&record.plugin.name);
        Self::enabled(&config, &file)?;
        self.approval(record, found).await?;
        Self::usable(&config, &file)?;
        Ok(Status::of(PluginState::Discovered).because("its code is not run, since the project is only looked at"))
    }
}
