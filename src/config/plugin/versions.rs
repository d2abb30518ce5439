//! The texts that a config file had, the last of them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::views::ConfigVersion;
use crate::config::atomic::{self, Access};
use crate::config::document::Source;
use crate::event::Timestamp;

/// As many are kept.
pub const KEPT: usize = 20;

#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    time: Timestamp,
    who: String,
    document: String,
}

/// The folder of one plugin's versions: a file for each, named by a number that rises.
#[derive(Debug)]
pub(super) struct Versions<'d>(pub(super) &'d Path);

impl Versions<'_> {
    /// Newest first. What can't be read is left out.
    pub(super) fn list(&self) -> Vec<ConfigVersion> {
        let view = |number: u64| {
            let stored = self.read(number)?;
            let bytes = stored.document.len() as u64;
            Some(ConfigVersion { id: number.to_string(), time: stored.time, who: stored.who, bytes })
        };
        self.numbers().into_iter().rev().filter_map(view).collect()
    }

    pub(super) fn document(&self, id: &str) -> Option<String> {
        let number = id.parse().ok()?;
        self.read(number).map(|stored| stored.document)
    }

    pub(super) fn newest(&self) -> Option<String> {
        let number = self.numbers().pop()?;
        self.read(number).map(|stored| stored.document)
    }

    pub(super) fn documents(&self) -> Vec<String> {
        self.numbers().into_iter().filter_map(|number| self.read(number)).map(|stored| stored.document).collect()
    }

    /// Adds one, and forgets the oldest beyond [`KEPT`].
    pub(super) fn add(&self, who: &str, document: &str) -> std::io::Result<()> {
        let numbers = self.numbers();
        let number = numbers.last().map_or(1, |last| last.saturating_add(1));
        let stored = Stored { time: Timestamp::now(), who: who.to_owned(), document: document.to_owned() };
        atomic::write(&self.file(number), &serde_json::to_vec(&stored)?, Access::OwnerOnly)?;
        for old in numbers.iter().take((numbers.len() + 1).saturating_sub(KEPT)) {
            std::fs::remove_file(self.file(*old))?;
        }
        Ok(())
    }

    fn numbers(&self) -> Vec<u64> {
        let entries = self.0.read_dir().into_iter().flatten().flatten();
        let number = |entry: std::fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> = entries.filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    fn read(&self, number: u64) -> Option<Stored> {
        let source = Source::read_within(&self.file(number), 16 * crate::config::document::MAX_BYTES).ok()??;
        serde_json::from_str(source.text()).ok()
    }

    fn file(&self, number: u64) -> PathBuf {
        self.0.join(format!("{number}.json"))
    }
}
