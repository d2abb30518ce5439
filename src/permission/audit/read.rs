//! Reading it, the newest line first.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{AuditAct, AuditEntry, files};
use crate::event::{PluginName, Timestamp};

/// As much of one file as is read; none that was written here is longer, but for a line.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// At most `limit` entries, those of one plugin if it is named, over all files. What can't be read is an entry that
/// says so. Blocks on the disk.
pub(in crate::permission) fn newest(log: &Path, plugin: Option<&PluginName>, limit: usize) -> Vec<AuditEntry> {
    let mut found = Vec::new();
    let mut last = Timestamp::now();
    for file in all(log, &mut found, last) {
        let text = match read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                found.push(damaged(last, format!("{} can't be read: {error}", file.display())));
                continue;
            }
        };
        for (number, line) in text.lines().enumerate().collect::<Vec<_>>().into_iter().rev() {
            if found.len() >= limit {
                return found;
            }
            match serde_json::from_str::<AuditEntry>(line) {
                Ok(entry) => {
                    last = entry.time;
                    if plugin.is_none_or(|plugin| entry.plugin.as_ref() == Some(plugin)) {
                        found.push(entry);
                    }
                }
                Err(_) if line.trim().is_empty() => {}
                Err(error) => {
                    let why = format!("{}:{} can't be read: {error}", file.display(), number + 1);
                    found.push(damaged(last, why));
                }
            }
        }
    }
    found.truncate(limit);
    found
}

/// The file that is written to, and the others, the newest first.
fn all(log: &Path, found: &mut Vec<AuditEntry>, now: Timestamp) -> Vec<PathBuf> {
    let mut all = vec![log.to_owned()];
    match files::aside(log) {
        Ok(aside) => all.extend(aside.into_iter().map(|(_, path)| path)),
        Err(error) => found.push(damaged(now, format!("the log's older files can't be looked for: {error}"))),
    }
    all
}

fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `near` is the time of the entry after it.
fn damaged(near: Timestamp, why: String) -> AuditEntry {
    AuditEntry { time: near, why, ..AuditEntry::now("nobody", AuditAct::Damaged) }
}
