//! Who is there: owners, each known to other processes by a file that it keeps locked for as long as it lives.
//!
//! An open history has one, and so has whatever else of a live process others look for. A lock tells the living from
//! the dead for certain, which no number of a process and no time of a file does.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const EXTENSION: &str = "lock";

/// An owner of this process. Its file stays locked until this is dropped or the process ends, however it ends.
pub struct Owner {
    id: String,
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

/// The lock of an owner that is gone, taken so that nobody else cleans up after it at the same time.
pub struct Gone {
    /// Absent if the owner removed it when it ended.
    file: Option<(PathBuf, File)>,
}

impl Owner {
    /// Registers a new owner in the folder, under a name that nobody else has.
    pub fn register(folder: &Path) -> io::Result<Owner> {
        Owner::create(folder, None)
    }

    /// Registers an owner under this name. Fails with `AlreadyExists` while there is one of that name, living or dead.
    pub fn register_as(folder: &Path, id: &str) -> io::Result<Owner> {
        Owner::create(folder, Some(id))
    }

    fn create(folder: &Path, id: Option<&str>) -> io::Result<Owner> {
        let temporary = tempfile::Builder::new().prefix("").suffix(".new").rand_bytes(16).tempfile_in(folder)?;
        let own = temporary.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let id = id.map_or(own, str::to_owned);
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
        let mut ids = registered(self.folder())?;
        ids.retain(|id| *id != self.id);
        Ok(ids)
    }

    /// Whether the owner is gone. `None` while it lives, or while another process cleans up after it.
    pub fn take_if_gone(&self, id: &str) -> io::Result<Option<Gone>> {
        if id == self.id { Ok(None) } else { take_if_gone(self.folder(), id) }
    }
}

/// The owners whose files are in the folder, dead ones too.
pub fn registered(folder: &Path) -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            ids.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    Ok(ids)
}

/// Whether the owner of that name is gone. `None` while it lives, or while another process cleans up after it.
pub fn take_if_gone(folder: &Path, id: &str) -> io::Result<Option<Gone>> {
    let path = lock_path(folder, id);
    let file = match File::options().read(true).write(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Gone { file: None })),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        // Meanwhile, somebody else may have cleaned up, and a living owner have taken the name.
        Ok(()) if is_still(&path, &file)? => Ok(Some(Gone { file: Some((path, file)) })),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether the open file is the one of that name.
fn is_still(path: &Path, file: &File) -> io::Result<bool> {
    let opened = file.metadata()?;
    match path.metadata() {
        Ok(named) => Ok((named.dev(), named.ino()) == (opened.dev(), opened.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
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
