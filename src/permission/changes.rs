//! What of a plugin is other than what the user approved.

use std::fmt;

use super::asked::Asked;
use super::{FileChanges, FileList, Permissions};
use crate::event::PluginName;

/// The difference between what was approved and what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PluginChanges {
    pub files: FileChanges,
    /// What it asks for now and did not, in words.
    pub requests_added: Vec<String>,
    pub requests_removed: Vec<String>,
}

impl fmt::Display for PluginChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now_asks = match self.requests_added.as_slice() {
            [] => None,
            added => Some(format!("now asks for {} too", added.join(", "))),
        };
        let summary = Some(self.files.summary.clone()).filter(|summary| !summary.is_empty());
        f.write_str(&summary.into_iter().chain(now_asks).collect::<Vec<_>>().join("; "))
    }
}

impl Permissions {
    /// Keeps the list of the files that were approved.
    pub async fn remember_files(&self, plugin: &PluginName, files: FileList) {
        let path = self.inner.places.approved_files(plugin);
        let written = tokio::task::spawn_blocking(move || files.write(&path)).await;
        if let Err(error) = written.map_err(std::io::Error::other).flatten() {
            tracing::warn!(%plugin, %error, "the list of its approved files can't be kept");
        }
    }

    /// The files that were approved last, if they are known.
    pub async fn approved_files(&self, plugin: &PluginName) -> Option<FileList> {
        let path = self.inner.places.approved_files(plugin);
        let list = tokio::task::spawn_blocking(move || FileList::read(&path)).await.ok()??;
        // Of another approval, it would tell the wrong difference.
        (self.state().files.trust.approved(plugin) == Some(&list.content)).then_some(list)
    }

    /// How the plugin's requests differ from those that were approved; none if its content was, or none of it.
    pub fn request_changes(&self, plugin: &PluginName) -> Option<PluginChanges> {
        let state = self.state();
        let (subject, trust) = (state.subjects.get(plugin)?, &state.files.trust);
        if trust.approved(plugin)? == &subject.content {
            return None;
        }
        let Some(before) = trust.asked(plugin) else { return Some(PluginChanges::default()) };
        let now: Vec<Asked> = subject.requests.iter().map(Asked::of).collect();
        let missing_in = |these: &[Asked], others: &[Asked]| -> Vec<String> {
            these.iter().filter(|one| !others.iter().any(|other| other.includes(one))).map(Asked::to_string).collect()
        };
        Some(PluginChanges {
            files: FileChanges::default(),
            requests_added: missing_in(&now, before),
            requests_removed: missing_in(before, &now),
        })
    }
}
