//! Adding a line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{AuditEntry, files};
use crate::config::atomic::{self, Access};

/// A file that has grown to this is put aside.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Adds one line. What can't be written is told in the program's own log: a full disk must not turn a denial into
/// something else.
pub(in crate::permission) fn append(log: &Path, entry: &AuditEntry) {
    if let Err(error) = try_append(log, entry, MAX_BYTES) {
        tracing::error!(%error, file = %log.display(), "the audit log can't be written");
    }
}

pub(super) fn try_append(log: &Path, entry: &AuditEntry, max_bytes: u64) -> io::Result<()> {
    if let Some(parent) = log.parent() {
        atomic::create_dir(parent, Access::OwnerOnly)?;
    }
    // Two processes must neither put the same file aside, nor write into one another's lines.
    let lock = private().write(true).truncate(false).open(log.with_file_name("audit.lock"))?;
    lock.lock()?;
    if log.metadata().is_ok_and(|found| found.len() >= max_bytes) {
        let time = entry.time.to_string();
        let day = time.split('T').next().unwrap_or_default();
        // A line is worth more than the size of its file.
        if let Err(error) = files::next_aside(log, day).and_then(|aside| put_aside(log, &aside)) {
            tracing::warn!(%error, file = %log.display(), "the audit log can't be put aside, and grows on");
        }
    }
    let mut file = private().read(true).append(true).open(log)?;
    let line = serde_json::to_string(entry)?;
    // A line that a crash cut off stays by itself, and this one is whole.
    let begin = if ends_a_line(&mut file)? { "" } else { "\n" };
    file.write_all(format!("{begin}{line}\n").as_bytes())
}

/// Never over another file, whoever put it there.
fn put_aside(log: &Path, aside: &Path) -> io::Result<()> {
    match renameat_with(CWD, log, CWD, aside, RenameFlags::NOREPLACE) {
        // Some file systems can't rename like that; a link goes over nothing either.
        Err(Errno::INVAL) => {
            std::fs::hard_link(log, aside)?;
            std::fs::remove_file(log)
        }
        renamed => Ok(renamed?),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    options
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
