//! Which library a native plugin is, and building it.

use std::path::PathBuf;

use orchestrator_protocol::session::LogLevel;
use serde_json::Map;

use super::{Manager, Record, Status};
use crate::event::{ContentHash, Draft, EventKind, PluginName, PluginState, StreamId};
use crate::plugin::discovery::{Found, Origin};
use crate::plugin::{building, content};

impl Manager {
    /// The library to load: what came with the program, what the manifest names, or what its source is built to.
    /// With it comes the digest that it must have.
    pub(super) async fn library(&self, record: &Record, found: &Found) -> Result<(PathBuf, Option<[u8; 32]>), Status> {
        if let Origin::Bundled(bundled) = record.plugin.origin {
            let library = bundled.library().map_err(|missing| {
                Status::of(PluginState::Broken).because(missing.to_string()).remedy(missing.remedy())
            })?;
            return Ok((library, None));
        }
        match (&found.manifest.library, found.library) {
            (Some(library), Some(digest)) => Ok((record.plugin.dir.join(library), Some(digest))),
            // One that was not there when the content was looked at is nobody's approved library, if it is there now.
            (Some(_) | None, _) => {
                unchanged(record, found).await?;
                let library = self.build(record).await?;
                // What was built is not what was approved, if somebody wrote to it meanwhile.
                unchanged(record, found).await?;
                Ok((library, None))
            }
        }
    }

    /// Builds the plugin's source, every line that is said an event.
    async fn build(&self, record: &Record) -> Result<PathBuf, Status> {
        let plugin = record.plugin.name.clone();
        self.set_status(&plugin, Status::of(PluginState::Building).because("its source is built with cargo")).await;
        let target = self.places().build_dir(&plugin);
        let progress = |line: String| self.tell(&plugin, line);
        let built = building::build(&record.plugin.dir, &target, &self.shared.closing, progress).await;
        built.map_err(|error| Status::of(PluginState::NeedsInstall).because(error.to_string()).remedy(error.remedy()))
    }

    /// A line of what a tool says that works on the plugin.
    pub(super) fn tell(&self, plugin: &PluginName, message: String) {
        let kind = EventKind::PluginLog { level: LogLevel::Info, message, fields: Map::new() };
        // A line that finds no room is counted, and the count is told.
        self.shared.bus.try_emit(Draft::new(StreamId::Host, kind).plugin(Some(plugin.clone())));
    }
}

/// Fails if the plugin's files are no longer the content that was approved.
pub(super) async fn unchanged(record: &Record, found: &Found) -> Result<(), Status> {
    let dir = record.plugin.dir.clone();
    let digest = tokio::task::spawn_blocking(move || content::digest(&dir)).await;
    if let Ok(Ok(digest)) = digest
        && ContentHash::from_digest(&digest) == found.content_hash
    {
        return Ok(());
    }
    Err(Status::of(PluginState::NeedsApproval)
        .because("its files have changed since they were looked at")
        .remedy("reload it, read what has changed, and approve it again"))
}
