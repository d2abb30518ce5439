//! The files of a plugin as they were when it was approved, kept in the user's own state to tell later what changed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::atomic::{self, Access};
use crate::event::ContentHash;

/// More files are not told apart.
pub const MAX_FILES: usize = 5_000;
/// As many names of one kind are shown.
const MAX_SHOWN: usize = 100;
/// No list that was written here is longer.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The files of one content, each with what tells whether it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileList {
    pub content: ContentHash,
    /// By their paths in the plugin's folder, at most [`MAX_FILES`].
    pub files: BTreeMap<String, String>,
}

/// How two lists differ: names, and of very many the number of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<String>,
    /// In words: `2 files changed, 1 added`.
    pub summary: String,
}

impl FileList {
    /// None where there is none, or none that can be read: then it can't be told what changed, and nothing else
    /// follows from it. Blocks on the disk.
    pub(super) fn read(file: &Path) -> Option<Self> {
        if file.metadata().ok()?.len() > MAX_BYTES {
            return None;
        }
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    pub(super) fn write(&self, file: &Path) -> std::io::Result<()> {
        atomic::write(file, &serde_json::to_vec(self)?, Access::OwnerOnly)
    }

    /// What is other in `now`.
    pub fn changes_to(&self, now: &FileList) -> FileChanges {
        let missing_in = |these: &FileList, others: &FileList| -> Vec<String> {
            these.files.keys().filter(|name| !others.files.contains_key(*name)).cloned().collect()
        };
        let (added, removed) = (missing_in(now, self), missing_in(self, now));
        let is_changed = |(name, digest): &(&String, &String)| self.files.get(*name).is_some_and(|old| old != *digest);
        let changed: Vec<String> = now.files.iter().filter(is_changed).map(|(name, _)| name.clone()).collect();
        let summary = summary(changed.len(), added.len(), removed.len());
        FileChanges { added: shown(added), removed: shown(removed), changed: shown(changed), summary }
    }
}

fn summary(changed: usize, added: usize, removed: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (count, what) in [(changed, "changed"), (added, "added"), (removed, "removed")] {
        match (count, parts.is_empty()) {
            (0, _) => {}
            (1, true) => parts.push(format!("1 file {what}")),
            (count, true) => parts.push(format!("{count} files {what}")),
            (count, false) => parts.push(format!("{count} {what}")),
        }
    }
    parts.join(", ")
}

fn shown(mut names: Vec<String>) -> Vec<String> {
    let more = names.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        names.truncate(MAX_SHOWN);
        names.push(format!("… and {more} more"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(files: &[(&str, &str)]) -> FileList {
        let files = files.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
        FileList { content: ContentHash::of(b""), files }
    }

    #[test]
    fn the_difference_is_told_in_names_and_in_words() {
        let before = list(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let changes = before.changes_to(&list(&[("a", "2"), ("b", "2"), ("c", "1"), ("e", "1")]));
        assert_eq!(changes.changed, ["a", "b"]);
        assert_eq!((changes.added, changes.removed), (vec!["e".to_owned()], vec!["d".to_owned()]));
        assert_eq!(changes.summary, "2 files changed, 1 added, 1 removed");
        assert_eq!(before.changes_to(&before).summary, "");
        assert_eq!(list(&[]).changes_to(&list(&[("x", "1")])).summary, "1 file added");
    }

    #[test]
    fn of_very_many_some_are_named_and_all_are_counted() {
        let many: Vec<String> = (0..500).map(|number| format!("f{number:04}")).collect();
        let now: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
        let changes = list(&[]).changes_to(&list(&now));
        assert_eq!(changes.added.len(), MAX_SHOWN + 1);
        assert_eq!(changes.added.last().unwrap(), "… and 400 more");
        assert_eq!(changes.summary, "500 files added");
    }

    #[test]
    fn what_can_not_be_read_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("approved/demo.json");
        assert_eq!(FileList::read(&file), None);
        list(&[("a", "1")]).write(&file).unwrap();
        assert_eq!(FileList::read(&file), Some(list(&[("a", "1")])));
        std::fs::write(&file, "{").unwrap();
        assert_eq!(FileList::read(&file), None);
    }
}
