//! The audit log: grants, revocations and denials, one JSON document a line.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::atomic::{self, Access};
use crate::event::Timestamp;

/// A longer log is put aside, as `audit.jsonl.1`, in place of the one before.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Appends one line, with the time. What can't be written is told in the program's own log: a full disk must not
/// turn a denial into something else.
pub(super) fn append(file: &Path, mut entry: Value) {
    entry["time"] = Timestamp::now().to_string().into();
    if let Err(error) = try_append(file, &entry) {
        tracing::error!(%error, file = %file.display(), "the audit log can't be written");
    }
}

fn try_append(file: &Path, entry: &Value) -> std::io::Result<()> {
    if let Some(parent) = file.parent() {
        atomic::create_dir(parent, Access::OwnerOnly)?;
    }
    if file.metadata().is_ok_and(|found| found.len() >= MAX_BYTES) {
        let mut aside = file.as_os_str().to_owned();
        aside.push(".1");
        fs::rename(file, PathBuf::from(aside))?;
    }
    let mut log = OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    // In one write, so that two processes' lines do not mix.
    log.write_all(format!("{entry}\n").as_bytes())
}
