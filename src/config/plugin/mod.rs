//! A plugin's config: `config/plugins/<name>.json` over the defaults of the plugin's schema over what every plugin has.
//!
//! [`Desk`] is where one plugin's is read ([`load`]), checked and saved ([`save`]); the last versions are kept
//! ([`versions`]). Secrets are no part of the file: a reference stands there, and the value is kept in the user's own
//! folder or taken from the environment ([`secrets`]). [`general`] are the settings that the host itself acts on.
//!
//! It must not know where the plugin runs, nor who is told of a change.

pub mod general;
mod load;
mod save;
pub mod secrets;
#[cfg(test)]
mod tests;
mod versions;
mod views;

use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub use load::Config;
pub use save::{Save, SaveError, Saved};
pub use views::{ConfigProblem, ConfigValue, ConfigVersion, Origin, SecretChange};

use super::Places;
use crate::event::PluginName;

/// Where the config of one plugin is read and changed. Every method reads or writes files, and blocks.
#[derive(Debug, Clone)]
pub struct Desk {
    plugin: PluginName,
    schema: Option<Value>,
    file: PathBuf,
    secrets: PathBuf,
    versions: PathBuf,
}

impl Desk {
    /// `schema` is what the plugin's manifest gives.
    pub fn new(places: &Places, plugin: &PluginName, schema: Option<Value>) -> Self {
        Desk {
            file: places.plugin_config_file(plugin),
            secrets: places.plugin_secrets_file(plugin),
            versions: places.plugin_config_versions_dir(plugin),
            plugin: plugin.clone(),
            schema,
        }
    }

    /// Where people set it; it need not exist.
    pub fn file(&self) -> &std::path::Path {
        &self.file
    }

    /// Where the values of its secrets are kept; it need not exist.
    pub fn secrets_file(&self) -> &std::path::Path {
        &self.secrets
    }

    pub fn schema(&self) -> Option<&Value> {
        self.schema.as_ref()
    }
}

/// What tells one text from another.
pub fn revision(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
