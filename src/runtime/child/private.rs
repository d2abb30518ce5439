//! The folder that each start of a child has for itself: its home, and its temporary files.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};

use crate::config::atomic::{self, Access};

/// A new folder, removed with all that is in it when this is dropped, which blocks.
#[derive(Debug)]
pub(super) struct PrivateDir {
    path: PathBuf,
    /// Held as long as the folder is somebody's.
    _claim: OwnedFd,
}

impl PrivateDir {
    /// Makes one in `base`, which is made too if it is not there. What is there already and nobody's any more, because a
    /// host was killed, is removed. May block.
    pub(super) fn new(base: &Path) -> io::Result<Self> {
        atomic::create_dir(base, Access::OwnerOnly)?;
        let turn = folder(base)?;
        // So that no other host takes a folder that is just being made for an old one.
        flock(&turn, FlockOperation::LockExclusive)?;
        let old: Vec<_> = base.read_dir()?.flatten().filter_map(|entry| abandoned(entry.path())).collect();
        let mode = fs::Permissions::from_mode(0o700);
        let path = tempfile::Builder::new().prefix("start-").permissions(mode).tempdir_in(base)?.keep();
        let claim = folder(&path)?;
        flock(&claim, FlockOperation::NonBlockingLockExclusive)?;
        drop(turn);
        for (path, _claim) in old {
            // What can't be removed is tried again at the next start.
            let _ = remove(&path);
        }
        Ok(PrivateDir { path, _claim: claim })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            tracing::debug!(path = %self.path.display(), %error, "a plugin's private folder stays until the next start");
        }
    }
}

/// The path with a claim on it, if nobody else has one.
fn abandoned(path: PathBuf) -> Option<(PathBuf, Option<OwnedFd>)> {
    if !path.symlink_metadata().ok()?.is_dir() {
        return Some((path, None));
    }
    let claim = folder(&path).ok()?;
    flock(&claim, FlockOperation::NonBlockingLockExclusive).ok()?;
    Some((path, Some(claim)))
}

fn folder(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(open(path, flags, Mode::empty())?)
}

/// Removes whatever is there. Nobody may be at work in it. Folders within folders are moved up first, however deep they
/// lie: neither the stack nor the length of a path bounds what a plugin can make.
fn remove(top: &Path) -> io::Result<()> {
    if !top.symlink_metadata()?.is_dir() {
        return fs::remove_file(top);
    }
    let mut moved = 0_u64;
    let mut next = vec![top.to_owned()];
    while let Some(dir) = next.pop() {
        // It may have been made unreadable.
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
        for entry in dir.read_dir()? {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                fs::remove_file(entry.path())?;
                continue;
            }
            moved += 1;
            let above = top.join(format!(".removed-{}-{moved}", std::process::id()));
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700))?;
            fs::rename(entry.path(), &above)?;
            next.push(above);
        }
        if dir != top {
            fs::remove_dir(&dir)?;
        }
    }
    fs::remove_dir(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_start_gets_a_new_one_and_what_is_nobodys_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let left = base.path().join("start-left");
        fs::create_dir_all(left.join("tmp")).unwrap();
        fs::write(left.join("tmp/secret"), "s").unwrap();
        let first = PrivateDir::new(base.path()).unwrap();
        assert!(!left.exists());
        fs::write(first.path().join("mine"), "m").unwrap();
        let second = PrivateDir::new(base.path()).unwrap();
        assert_ne!(first.path(), second.path());
        assert!(first.path().join("mine").exists(), "somebody's folder was removed");
        assert_eq!(second.path().read_dir().unwrap().count(), 0);
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists());
    }

    #[test]
    fn nothing_in_it_keeps_it_from_being_removed() {
        let base = tempfile::tempdir().unwrap();
        let outside = base.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "k").unwrap();
        let top = base.path().join("top");
        let mut deep = top.clone();
        for _ in 0..40 {
            deep.push("d".repeat(60));
        }
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("file"), "f").unwrap();
        std::os::unix::fs::symlink(&outside, top.join("link")).unwrap();
        fs::set_permissions(top.join("d".repeat(60)), fs::Permissions::from_mode(0o0)).unwrap();
        remove(&top).unwrap();
        assert!(!top.exists());
        assert!(outside.join("kept").exists(), "a link was followed");
    }
}
