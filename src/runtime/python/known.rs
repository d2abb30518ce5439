//! What interpreters have answered before: asking costs a process, and with a version manager several.
//!
//! One file for each candidate, named by its path. An answer holds while the candidate and the program behind it are
//! the files that they were; that of a script, which may come to mean another program without changing itself, holds
//! for a day. Only answers are kept: what failed is asked again.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Interpreter;
use crate::config::atomic::{self, Access};

/// How long a script's answer holds.
const SCRIPT_HOLDS: Duration = Duration::from_secs(24 * 60 * 60);

/// A candidate with its answer, as it is kept.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    candidate: PathBuf,
    candidate_stamp: Stamp,
    interpreter: Interpreter,
    interpreter_stamp: Stamp,
    /// Seconds since 1970.
    asked: u64,
}

/// Tells whether a file is the one that it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    inode: u64,
    length: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let found = path.metadata().ok()?;
        Some(Stamp { inode: found.ino(), length: found.len(), seconds: found.mtime(), nanoseconds: found.mtime_nsec() })
    }
}

/// What `candidate` answered, if that still holds.
pub(super) fn recall(cache_dir: &Path, candidate: &Path) -> Option<Interpreter> {
    let entry: Entry = serde_json::from_slice(&fs::read(file(cache_dir, candidate)).ok()?).ok()?;
    let holds = entry.candidate == candidate
        && Stamp::of(candidate)? == entry.candidate_stamp
        && Stamp::of(&entry.interpreter.path)? == entry.interpreter_stamp
        && (!is_script(candidate) || now().saturating_sub(entry.asked) < SCRIPT_HOLDS.as_secs());
    holds.then_some(entry.interpreter)
}

/// Keeps an answer. One that can't be kept costs time, nothing else.
pub(super) fn keep(cache_dir: &Path, candidate: &Path, interpreter: &Interpreter) {
    let (Some(candidate_stamp), Some(interpreter_stamp)) = (Stamp::of(candidate), Stamp::of(&interpreter.path)) else {
        return;
    };
    let entry = Entry {
        candidate: candidate.to_owned(),
        candidate_stamp,
        interpreter: interpreter.clone(),
        interpreter_stamp,
        asked: now(),
    };
    let written = serde_json::to_vec(&entry)
        .map_err(std::io::Error::other)
        .and_then(|bytes| atomic::write(&file(cache_dir, candidate), &bytes, Access::OwnerOnly));
    if let Err(error) = written {
        tracing::debug!(%error, "an interpreter's answer can't be kept");
    }
}

fn file(cache_dir: &Path, candidate: &Path) -> PathBuf {
    let digest = Sha256::digest(candidate.as_os_str().as_bytes());
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    cache_dir.join(format!("{name}.json"))
}

fn is_script(path: &Path) -> bool {
    let mut first = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && &first == b"#!"
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::super::PythonVersion;
    use super::*;

    /// A candidate with this text, an interpreter, and an answer that was kept `age` ago.
    fn kept(text: &str, age: Duration) -> (tempfile::TempDir, PathBuf, Interpreter) {
        let dir = tempfile::tempdir().unwrap();
        let (candidate, path) = (dir.path().join("python3"), dir.path().join("real"));
        fs::write(&candidate, text).unwrap();
        fs::write(&path, "program").unwrap();
        let interpreter = Interpreter { path, version: PythonVersion(3, 12, 1) };
        keep(dir.path(), &candidate, &interpreter);
        let file = file(dir.path(), &candidate);
        let mut entry: Entry = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        entry.asked -= age.as_secs();
        fs::write(file, serde_json::to_vec(&entry).unwrap()).unwrap();
        (dir, candidate, interpreter)
    }

    #[test]
    fn an_answer_holds_until_one_of_the_files_is_another() {
        let (dir, candidate, interpreter) = kept("program", SCRIPT_HOLDS * 2);
        assert_eq!(recall(dir.path(), &candidate), Some(interpreter.clone()));
        assert_eq!(recall(dir.path(), &dir.path().join("other")), None);
        fs::write(&interpreter.path, "a newer one").unwrap();
        assert_eq!(recall(dir.path(), &candidate), None);
        keep(dir.path(), &candidate, &interpreter);
        assert!(recall(dir.path(), &candidate).is_some());
        fs::remove_file(&candidate).unwrap();
        assert_eq!(recall(dir.path(), &candidate), None);
    }

    #[test]
    fn a_scripts_answer_holds_for_a_day() {
        let (dir, candidate, interpreter) = kept("#!/bin/sh\n", SCRIPT_HOLDS / 2);
        assert_eq!(recall(dir.path(), &candidate), Some(interpreter));
        let (dir, candidate, _) = kept("#!/bin/sh\n", SCRIPT_HOLDS * 2);
        assert_eq!(recall(dir.path(), &candidate), None);
    }

    #[test]
    fn a_damaged_file_is_no_answer() {
        let (dir, candidate, _) = kept("program", Duration::ZERO);
        fs::write(file(dir.path(), &candidate), "{").unwrap();
        assert_eq!(recall(dir.path(), &candidate), None);
    }
}
