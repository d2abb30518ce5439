//! From an approved plugin to a running one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::session::LogLevel;
use serde_json::Map;

use super::{Manager, Record, Status};
use crate::config::atomic::{self, Access};
use crate::event::{ContentHash, Draft, EventKind, PluginName, PluginState, StreamId};
use crate::plugin::discovery::{Found, Origin};
use crate::plugin::{building, content};
use crate::runtime::LivePlugin;
use crate::runtime::native::{self, LoadSpec};

/// The longest that a plugin may take from the library's loading to being initialized.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A plugin whose code runs, and what it was started from.
pub(super) struct Started {
    pub(super) live: Arc<LivePlugin>,
    pub(super) found: Found,
}

impl Manager {
    /// Starts the plugin's code, if everything holds. Anything else is the state that the plugin is in.
    pub(super) async fn start(&self, plugin: &PluginName) -> Result<Started, Status> {
        let record = self.get(plugin).ok_or_else(|| Status::of(PluginState::Stopped).because("it is gone"))?;
        let config = self.check(&record)?;
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let (library, approved) = self.library(&record, found).await?;
        let data_dir = self.places().plugin_data_dir(plugin);
        atomic::create_dir(&data_dir, Access::OwnerOnly).map_err(|error| {
            Status::of(PluginState::Broken)
                .because(format!("its folder {} can't be made: {error}", data_dir.display()))
                .remedy("see `orchestrator doctor` for where the state lives")
        })?;
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.library = Some(library.clone());
            record.config = config.values.clone();
        }
        self.set_status(plugin, Status::of(PluginState::Loading)).await;
        let spec = LoadSpec {
            name: plugin.clone(),
            library,
            approved,
            libs_dir: self.places().libraries_dir(),
            config: config.values,
            plugin_dir: record.plugin.dir.clone(),
            data_dir,
            project_dir: self.places().project_dir().to_owned(),
            declared: found.manifest.declared(),
        };
        let live = native::load(spec, self.shared.services.clone(), START_LIMIT).await.map_err(|error| {
            Status::of(PluginState::Broken).because(error.to_string()).remedy("see its log, then reload it")
        })?;
        Ok(Started { live, found: found.clone() })
    }

    /// The library to load: what came with the program, what the manifest names, or what its source is built to.
    /// With it comes the digest that it must have.
    async fn library(&self, record: &Record, found: &Found) -> Result<(PathBuf, Option<[u8; 32]>), Status> {
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
        let progress = |message: String| {
            let kind = EventKind::PluginLog { level: LogLevel::Info, message, fields: Map::new() };
            // A line that finds no room is counted, and the count is told.
            self.shared.bus.try_emit(Draft::new(StreamId::Host, kind).plugin(Some(plugin.clone())));
        };
        let built = building::build(&record.plugin.dir, &target, &self.shared.closing, progress).await;
        built.map_err(|error| Status::of(PluginState::NeedsInstall).because(error.to_string()).remedy(error.remedy()))
    }
}

/// Fails if the plugin's source is no longer the content that was approved.
async fn unchanged(record: &Record, found: &Found) -> Result<(), Status> {
    let dir = record.plugin.dir.clone();
    let digest = tokio::task::spawn_blocking(move || content::digest(&dir)).await;
    if let Ok(Ok(digest)) = digest
        && ContentHash::from_digest(&digest) == found.content_hash
    {
        return Ok(());
    }
    Err(Status::of(PluginState::NeedsApproval)
        .because("its files have changed since they were looked at")
        .remedy("reload it, read what has changed, and trust it again"))
}
