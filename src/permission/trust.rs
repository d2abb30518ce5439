//! What this user approves and trusts in this project: kept with the user's state, where a stranger's project can't
//! write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use orchestrator_protocol::permission::Permission;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::{Request, Subject, UpdatePolicy};
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
    /// What the approval of a plugin that came with the program gives no longer, since the answer was forgotten.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    forgotten: BTreeMap<PluginName, BTreeSet<Permission>>,
    /// What approved plugins asked for when they were approved.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    asked: BTreeMap<PluginName, Vec<Asked>>,
    /// What becomes of plugins that change, where they are not simply held.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    policies: BTreeMap<PluginName, Policy>,
}

/// Other than being held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Policy {
    KeepIfNoMore,
    /// For what lies in this folder alone.
    Dev(PathBuf),
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
    pub fn approve(&mut self, subject: &Subject) {
        let plugin = &subject.name;
        self.approved.insert(plugin.clone(), subject.content.clone());
        self.asked.insert(plugin.clone(), subject.requests.iter().map(Asked::of).collect());
        self.revoked.remove(plugin);
        self.forgotten.remove(plugin);
        if !self.is_trusted(plugin, &subject.content) {
            self.trusted.remove(plugin);
        }
    }

    /// Trusts this content, and no other, which approves it too.
    pub fn trust(&mut self, subject: &Subject) {
        self.approve(subject);
        self.trusted.insert(subject.name.clone(), subject.content.clone());
    }

    /// The content that was approved last.
    pub fn approved(&self, plugin: &PluginName) -> Option<&ContentHash> {
        self.approved.get(plugin).or_else(|| self.trusted.get(plugin))
    }

    /// What the plugin asked for when it was approved, if that is known.
    pub fn asked(&self, plugin: &PluginName) -> Option<&[Asked]> {
        self.asked.get(plugin).map(Vec::as_slice)
    }

    /// Whether the approval of a plugin that came with the program gives it this.
    pub fn gives(&self, plugin: &PluginName, content: &ContentHash, permission: Permission) -> bool {
        let forgotten = self.forgotten.get(plugin).is_some_and(|forgotten| forgotten.contains(&permission));
        !forgotten && self.is_approved(plugin, content)
    }

    pub fn policy(&self, plugin: &PluginName) -> UpdatePolicy {
        match self.policies.get(plugin) {
            None => UpdatePolicy::Hold,
            Some(Policy::KeepIfNoMore) => UpdatePolicy::KeepIfNoMore,
            Some(Policy::Dev(_)) => UpdatePolicy::Dev,
        }
    }

    pub fn hold(&mut self, plugin: &PluginName) {
        self.policies.remove(plugin);
    }

    pub fn keep_if_no_more(&mut self, plugin: &PluginName) {
        self.policies.insert(plugin.clone(), Policy::KeepIfNoMore);
    }

    /// Approves whatever lies in the folder, from now on.
    pub fn develop(&mut self, plugin: &PluginName, dir: &Path) {
        self.policies.insert(plugin.clone(), Policy::Dev(dir.to_owned()));
    }

    /// Whether the plugin is under development, in the folder that this was said of.
    pub fn is_developed(&self, subject: &Subject) -> bool {
        match self.policies.get(&subject.name) {
            Some(Policy::Dev(dir)) => !subject.bundled && subject.dir.as_ref() == Some(dir),
            Some(Policy::KeepIfNoMore) | None => false,
        }
    }

    /// Whether what was given to `content` goes on counting for the plugin, although it is another one now.
    pub fn carries_over(&self, subject: &Subject, content: &ContentHash) -> bool {
        match self.policies.get(&subject.name) {
            None => false,
            Some(Policy::Dev(_)) => self.is_developed(subject),
            Some(Policy::KeepIfNoMore) => {
                let asked = self.asked(&subject.name).unwrap_or_default();
                let is_no_more = |request: &Request| asked.iter().any(|before| before.includes(&Asked::of(request)));
                !subject.bundled
                    && self.approved(&subject.name) == Some(content)
                    && subject.requests.iter().all(is_no_more)
            }
        }
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

    /// Undoes [`Trust::revoke`].
    pub fn give_back(&mut self, plugin: &PluginName, permission: Permission) {
        if let Some(revoked) = self.revoked.get_mut(plugin) {
            revoked.remove(&permission);
        }
    }

    /// Forgets what was decided about a permission of a plugin that came with the program.
    pub fn forget(&mut self, plugin: &PluginName, permission: Permission) {
        self.give_back(plugin, permission);
        self.forgotten.entry(plugin.clone()).or_default().insert(permission);
    }
}
