//! What this user approves and trusts in this project: kept with the user's state, where a stranger's project can't
//! write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use orchestrator_protocol::permission::Permission;
use serde::{Deserialize, Serialize};

use crate::config::atomic::{self, Access};
use crate::config::document::Source;
use crate::event::{ContentHash, PluginName};

/// The file `trust.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    /// Plugins whose code may be built, installed and run at all, each with the one content that was looked at.
    #[serde(default)]
    approved: BTreeMap<PluginName, ContentHash>,
    /// Of those, the ones whose code may be loaded into this process.
    #[serde(default)]
    trusted: BTreeMap<PluginName, ContentHash>,
    /// The project's permissions file as it was when the user accepted it.
    #[serde(default)]
    accepted_permissions: Option<ContentHash>,
    /// What was taken away from plugins that have it without a file.
    #[serde(default)]
    revoked: BTreeMap<PluginName, BTreeSet<Permission>>,
}

/// The user's trust can't be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file} can't be used: {reason}\nnothing is approved meanwhile; correct the file, or delete it and approve again"
)]
pub struct TrustError {
    pub file: PathBuf,
    pub reason: String,
}

impl Trust {
    pub fn read(file: &Path) -> Result<Self, TrustError> {
        let wrong = |reason: String| TrustError { file: file.to_owned(), reason };
        match Source::read(file).map_err(|problem| wrong(problem.message))? {
            None => Ok(Trust::default()),
            Some(source) => serde_yaml::from_str(source.text())
                .map_err(|error: serde_yaml::Error| wrong(error.without_snippet().to_string())),
        }
    }

    pub fn write(&self, file: &Path) -> Result<(), TrustError> {
        let wrong = |reason: String| TrustError { file: file.to_owned(), reason };
        let text = serde_yaml::to_string(self).map_err(|error| wrong(error.to_string()))?;
        let text = format!("# Kept by orchestrator: what this user approves and trusts in one project.\n{text}");
        atomic::write(file, text.as_bytes(), Access::OwnerOnly).map_err(|error| wrong(error.to_string()))
    }

    /// Trust implies approval.
    pub fn is_approved(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        self.approved.get(plugin) == Some(content) || self.is_trusted(plugin, content)
    }

    pub fn is_trusted(&self, plugin: &PluginName, content: &ContentHash) -> bool {
        self.trusted.get(plugin) == Some(content)
    }

    pub fn is_revoked(&self, plugin: &PluginName, permission: Permission) -> bool {
        self.revoked.get(plugin).is_some_and(|revoked| revoked.contains(&permission))
    }

    pub fn accepts(&self, file: &ContentHash) -> bool {
        self.accepted_permissions.as_ref() == Some(file)
    }

    pub fn has_accepted_any(&self) -> bool {
        self.accepted_permissions.is_some()
    }

    pub fn accept(&mut self, file: ContentHash) {
        self.accepted_permissions = Some(file);
    }

    /// Approves this content, and no other; what was revoked is given back. Trust in other content ends.
    pub fn approve(&mut self, plugin: &PluginName, content: &ContentHash) {
        self.approved.insert(plugin.clone(), content.clone());
        self.revoked.remove(plugin);
        if !self.is_trusted(plugin, content) {
            self.trusted.remove(plugin);
        }
    }

    /// Trusts this content, and no other, which approves it too.
    pub fn trust(&mut self, plugin: &PluginName, content: &ContentHash) {
        self.approve(plugin, content);
        self.trusted.insert(plugin.clone(), content.clone());
    }

    /// Ends the trust; what was trusted stays approved. Whether there was any.
    pub fn distrust(&mut self, plugin: &PluginName) -> bool {
        let Some(content) = self.trusted.remove(plugin) else { return false };
        self.approved.insert(plugin.clone(), content);
        true
    }

    pub fn revoke(&mut self, plugin: &PluginName, permission: Permission) {
        self.revoked.entry(plugin.clone()).or_default().insert(permission);
    }
}
