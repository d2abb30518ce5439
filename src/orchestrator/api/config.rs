//! A plugin's config, as a face shows and changes it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::plugin::{ConfigProblem, ConfigValue, ConfigVersion, SecretChange};
use crate::config::settings::Setting;
use crate::event::PluginName;

/// A plugin's config as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfigView {
    pub plugin: PluginName,
    #[schema(value_type = String)]
    pub file: PathBuf,
    /// As the manifest gives it.
    pub schema: Option<Value>,
    /// The schema itself is wrong, so that nothing is checked with it: the plugin's fault, in words.
    pub schema_fault: Option<String>,
    /// The file's text as it is: references in the place of secrets, and what was written there all the same masked.
    /// `{}` when there is no file.
    pub document: String,
    /// Of the file's bytes; nothing when there is no file.
    pub revision: Option<String>,
    /// The plugin's own, defaults among them.
    pub values: Vec<ConfigValue>,
    /// The host's own keys, unless the schema declares them.
    pub general: Vec<ConfigValue>,
    pub problems: Vec<ConfigProblem>,
    /// Pointers of secret fields, set or not.
    pub secrets: Vec<String>,
    /// Newest first.
    pub versions: Vec<ConfigVersion>,
}

/// A text that is to become a plugin's config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SaveConfig {
    pub plugin: PluginName,
    pub document: String,
    /// The revision that it was made from; nothing when there was no file.
    #[serde(default)]
    pub base: Option<String>,
    #[serde(default)]
    pub secrets: Vec<SecretChange>,
    /// Whether it counts although the file has changed since.
    #[serde(default)]
    pub overwrite: bool,
    /// Who wants it, in words.
    pub by: String,
}

/// The application's own settings, as this host was opened with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingsView {
    /// The project's.
    #[schema(value_type = String)]
    pub file: PathBuf,
    /// The user's own, of which some count in every project.
    #[schema(value_type = String)]
    pub user_file: PathBuf,
    pub settings: Vec<Setting>,
}
