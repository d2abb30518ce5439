//! What must hold before a plugin's code is touched. Each step that does not hold is a state with a reason.

use std::sync::Arc;

use super::{Manager, Record, Status};
use crate::config::plugin::Config;
use crate::event::PluginState;
use crate::permission::PluginChanges;
use crate::plugin::discovery::{Found, Origin};

impl Manager {
    /// Everything that can be checked without running anything of the plugin's.
    pub(super) async fn check(&self, record: &Record) -> Result<Arc<Config>, Status> {
        let found = record.plugin.found.as_ref().map_err(Status::broken)?;
        let config = self.read_config(found).await;
        let file = self.places().plugin_config_file(&found.manifest.name);
        Self::enabled(&config, &file)?;
        self.requirements(found)?;
        self.approval(record, found).await?;
        Self::usable(&config, &file)?;
        Ok(config)
    }

    /// The plugins that it needs, in the versions that it needs.
    fn requirements(&self, found: &Found) -> Result<(), Status> {
        for (name, range) in &found.manifest.requires.plugins {
            let lacking = match self.get(name) {
                None => format!("it requires the plugin {name} {range}, which is not here"),
                Some(other) => match &other.plugin.found {
                    Ok(theirs) if !range.matches(&theirs.manifest.version) => {
                        let version = &theirs.manifest.version;
                        format!("it requires the plugin {name} {range}, and {version} is here")
                    }
                    _ if other.status.state.is_usable() => continue,
                    _ => format!("it requires the plugin {name}, which {}", other.status.state.as_predicate()),
                },
            };
            let remedy = format!("see to {name} first, then load this one");
            return Err(Status::of(PluginState::Broken).because(lacking).remedy(remedy));
        }
        Ok(())
    }

    /// A process has its user's rights: a plugin's code is built, installed and run only if it came with the program
    /// or the operator approved exactly this content.
    pub(super) async fn approval(&self, record: &Record, found: &Found) -> Result<(), Status> {
        let name = &found.manifest.name;
        match record.plugin.origin {
            Origin::Bundled(_) => return Ok(()),
            Origin::Project | Origin::InPlaceOfBundled => {}
        }
        if self.permissions().is_approved(name, &found.content_hash) {
            return Ok(());
        }
        let reason = match (self.changes(record).await, record.plugin.origin) {
            (Some(changes), _) => changed(&changes),
            (None, Origin::InPlaceOfBundled) => {
                "it stands in for the plugin of the same name that came with the program, and differs from it; nobody \
                 has approved this content yet: it would run in a process of its own, confined to what it is granted"
                    .to_owned()
            }
            (None, Origin::Project | Origin::Bundled(_)) => {
                "nobody has approved this content yet: it would run in a process of its own, confined to what it is \
                 granted"
                    .to_owned()
            }
        };
        let remedy = format!("read it, then: orchestrator plugin approve {name}");
        Err(Status::of(PluginState::NeedsApproval).because(reason).remedy(remedy))
    }
}

/// Why a plugin is held that was approved, in words.
fn changed(changes: &PluginChanges) -> String {
    let what = changes.to_string();
    let what = if what.is_empty() { String::new() } else { format!(": {what}") };
    format!("it has changed since it was approved{what}")
}
