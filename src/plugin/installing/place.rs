//! The folder of a plugin's environments: which one counts, and what goes.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Dependencies, InstallOrder};
use crate::config::atomic::{self, Access};

/// Names the environment that counts.
const MARKER: &str = "current.json";
const LOCK: &str = "lock";
/// What is handed to the installer, in an attempt's folder.
pub(super) const REQUIREMENTS: &str = "requirements.txt";

/// The marker's content.
#[derive(Debug, Serialize, Deserialize)]
struct Current {
    /// What it was made for.
    key: String,
    /// The attempt's folder.
    attempt: String,
}

/// A plugin's environments, as one order sees them.
#[derive(Debug)]
pub(super) struct Place {
    dir: PathBuf,
    key: String,
}

/// The folder of one try to make an environment.
#[derive(Debug)]
pub(super) struct Attempt {
    dir: PathBuf,
}

impl Attempt {
    pub fn environment(&self) -> PathBuf {
        self.dir.join("environment")
    }

    /// The environment's interpreter.
    pub fn interpreter(&self) -> PathBuf {
        self.environment().join("bin").join("python")
    }

    /// Where tools run: no file of the project's, which nobody approved, has a say there.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Place {
    pub fn of(order: &InstallOrder) -> Self {
        let mut hasher = Sha256::new();
        let version = order.interpreter.version.to_string();
        let own = [order.interpreter.path.as_os_str().as_bytes(), version.as_bytes()];
        for part in own.into_iter().chain(order.dependencies.lines().map(str::as_bytes)) {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let key = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Place { dir: order.dir.clone(), key }
    }

    pub fn create(&self) -> io::Result<()> {
        atomic::create_dir(&self.dir, Access::OwnerOnly)
    }

    pub fn lock_file(&self) -> PathBuf {
        self.dir.join(LOCK)
    }

    /// The interpreter of the complete environment for this order. One whose own Python was removed is not complete.
    pub fn ready(&self) -> Option<PathBuf> {
        let current = self.current().filter(|current| current.key == self.key)?;
        let interpreter = Attempt { dir: self.dir.join(current.attempt) }.interpreter();
        interpreter.is_file().then_some(interpreter)
    }

    /// Whether there is an environment for something else.
    pub fn has_other(&self) -> bool {
        self.current().is_some_and(|current| current.key != self.key)
    }

    fn current(&self) -> Option<Current> {
        let current: Current = serde_json::from_slice(&fs::read(self.dir.join(MARKER)).ok()?).ok()?;
        let is_name =
            matches!(Path::new(&current.attempt).components().collect::<Vec<_>>()[..], [Component::Normal(_)]);
        is_name.then_some(current)
    }

    /// A new folder with the requirements in it.
    pub fn attempt(&self, dependencies: &Dependencies) -> io::Result<Attempt> {
        let dir = tempfile::Builder::new().prefix(&format!("{}-", self.key)).tempdir_in(&self.dir)?.keep();
        let attempt = Attempt { dir };
        let lines: String = dependencies.lines().flat_map(|line| [line, "\n"]).collect();
        atomic::write(&attempt.dir.join(REQUIREMENTS), lines.as_bytes(), Access::OwnerOnly)?;
        Ok(attempt)
    }

    /// Makes the attempt the one that counts.
    pub fn finish(&self, attempt: &Attempt) -> io::Result<PathBuf> {
        let interpreter = attempt.interpreter();
        if !interpreter.is_file() {
            return Err(io::Error::other(format!("the installer left no {}", interpreter.display())));
        }
        let name = attempt.dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let marker = serde_json::to_vec(&Current { key: self.key.clone(), attempt: name })?;
        atomic::write(&self.dir.join(MARKER), &marker, Access::OwnerOnly)?;
        Ok(interpreter)
    }

    /// Removes every environment but the one that counts. Only for who has the lock.
    pub async fn clear(&self) {
        let (dir, kept) = (self.dir.clone(), self.current().map(|current| current.attempt));
        let cleared = tokio::task::spawn_blocking(move || {
            for entry in dir.read_dir().into_iter().flatten().flatten() {
                let name = entry.file_name();
                let stays = name == LOCK || name == MARKER || kept.as_deref().is_some_and(|kept| name == kept);
                if !stays && let Err(error) = fs::remove_dir_all(entry.path()) {
                    tracing::debug!(%error, path = %entry.path().display(), "an old environment can't be removed");
                }
            }
        });
        // A removal that fails leaves something for the next one.
        let _ = cleared.await;
    }
}
