//! What of a held plugin is other than what was approved.

use super::{Manager, Record};
use crate::permission::{FileList, PluginChanges};
use crate::plugin::discovery::Found;
use crate::plugin::inventory::inventory;

impl Manager {
    /// Keeps the list of the files that were approved just now. What can't be kept can't be compared later, and
    /// nothing else follows from it.
    pub async fn remember_files(&self, record: &Record) {
        let Ok(found) = &record.plugin.found else { return };
        if let Some(files) = files(record, found).await {
            self.permissions().remember_files(&record.plugin.name, files).await;
        }
    }

    /// How the plugin differs from what was approved; none if it does not, or if nothing was.
    pub async fn changes(&self, record: &Record) -> Option<PluginChanges> {
        let found = record.plugin.found.as_ref().ok()?;
        let name = &record.plugin.name;
        let before = self.permissions().approved_files(name).await;
        let mut changes = self.permissions().request_changes(name)?;
        if let (Some(before), Some(now)) = (before, files(record, found).await) {
            changes.files = before.changes_to(&now);
        }
        Some(changes)
    }
}

async fn files(record: &Record, found: &Found) -> Option<FileList> {
    let (dir, library, content) =
        (record.plugin.dir.clone(), found.manifest.library.clone(), found.content_hash.clone());
    let listed = tokio::task::spawn_blocking(move || inventory(&dir, library.as_deref(), &content)).await;
    match listed {
        Ok(Ok(files)) => Some(files),
        Ok(Err(error)) => {
            tracing::warn!(plugin = %record.plugin.name, %error, "its files can't be listed");
            None
        }
        Err(_) => None,
    }
}
