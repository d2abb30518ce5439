//! Leaving a plugin's folder as it was.

use std::path::{Path, PathBuf};

/// Cargo writes a `Cargo.lock` beside a package that has none. It would be new content, and what was approved
/// would be held for it; so it is removed when the build is over.
pub(super) struct LockfileGuard {
    path: PathBuf,
    was_there: bool,
}

impl LockfileGuard {
    pub fn of(dir: &Path) -> Self {
        let path = dir.join("Cargo.lock");
        // What can't be looked at is not ours to remove.
        let was_there = path.try_exists().unwrap_or(true);
        LockfileGuard { path, was_there }
    }

    pub fn was_there(&self) -> bool {
        self.was_there
    }
}

impl Drop for LockfileGuard {
    fn drop(&mut self) {
        if self.was_there {
            return;
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, file = %self.path.display(), "a lock file that a build wrote can't be removed");
            }
            Ok(()) | Err(_) => {}
        }
    }
}
