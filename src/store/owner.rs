//! Who writes: one owner per open store, known to other processes by a locked file.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const EXTENSION: &str = "lock";

/// This store's owner. Its file stays locked until this is dropped or the process ends, however it ends.
pub(super) struct Owner {
    id: String,
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

/// The lock of an owner that is gone, taken so that nobody else cleans up after it at the same time.
pub(super) struct Gone {
    /// Absent if the owner removed it when it ended.
    file: Option<(PathBuf, File)>,
}

impl Owner {
    /// Registers a new owner in the folder.
    pub fn register(folder: &Path) -> io::Result<Owner> {
        let temporary = tempfile::Builder::new().prefix("").suffix(".new").rand_bytes(16).tempfile_in(folder)?;
        let id = temporary.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Locked before it gets the name under which others look for it: a named file without a lock is a dead owner's.
        temporary.as_file().try_lock()?;
        let path = lock_path(folder, &id);
        let file = temporary.persist_noclobber(&path)?;
        Ok(Owner { id, path, _file: file })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder of all owners.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The owners whose files are in the folder, without this one.
    pub fn others(&self) -> io::Result<Vec<String>> {
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(self.folder())? {
            let path = entry?.path();
            let id = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.extension().is_some_and(|extension| extension == EXTENSION) && id != self.id {
                ids.push(id.into_owned());
            }
        }
        Ok(ids)
    }

    /// Whether the owner is gone. `None` while it lives, or while another process cleans up after it.
    pub fn take_if_gone(&self, id: &str) -> io::Result<Option<Gone>> {
        if id == self.id {
            return Ok(None);
        }
        let path = lock_path(self.folder(), id);
        let file = match File::options().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Gone { file: None })),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Gone { file: Some((path, file)) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Left behind, it would be cleaned up by the next who opens the history.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Gone {
    /// Removes the owner's file; nothing of it is unfinished any more.
    pub fn forget(self) -> io::Result<()> {
        match self.file {
            Some((path, file)) => {
                let removed = std::fs::remove_file(path);
                drop(file);
                removed
            }
            None => Ok(()),
        }
    }
}

fn lock_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.{EXTENSION}"))
}
