//! Where the log's files are: the one that is written to, and those that were put aside.

use std::io;
use std::path::{Path, PathBuf};

const PREFIX: &str = "audit-";
const SUFFIX: &str = ".jsonl";

/// The files that were put aside, with their numbers, the newest first.
pub(super) fn aside(log: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let Some(folder) = log.parent() else { return Ok(Vec::new()) };
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(number) = entry.file_name().to_str().and_then(number) {
            found.push((number, entry.path()));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found)
}

/// The name of the next one: `audit-000007-2026-01-31.jsonl`. `day` is when it was put aside.
pub(super) fn next_aside(log: &Path, day: &str) -> io::Result<PathBuf> {
    let number = aside(log)?.first().map_or(0, |(number, _)| *number).saturating_add(1);
    Ok(log.with_file_name(format!("{PREFIX}{number:06}-{day}{SUFFIX}")))
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split('-').next()?.parse().ok()
}
