//! Files that are carried in the program, and lie on the disk only because something else must read them there.
//!
//! They are unpacked to `<shelf>/<hash of their names and bytes>/<name>`: a program of another version brings its own
//! folder and never changes one that is in use. The folder is made under another name and renamed when it is
//! whole, and it is compared with what the program carries each time before it is handed out; one that differs is
//! replaced. `__pycache__` is not compared: it is made here, after the unpacking, in a folder that its owner alone
//! can write to.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::config::atomic::{self, Access};

/// How long an unpacked folder is kept after its last use.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Where bytecode lies.
const BYTECODE: &str = "__pycache__";
/// How often unpacking is tried while other processes do the same.
const TRIES: usize = 5;

/// A file in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Relative, with `/`.
    pub path: &'static str,
    pub bytes: &'static [u8],
}

/// Makes sure that `files` lie in a folder called `name`, and answers with its path. Nothing else is in the folder's
/// own parent, which belongs to this content alone. When something was unpacked, what no process has asked for in
/// the last 30 days is removed from `shelf`.
pub fn unpack(shelf: &Path, name: &str, files: &[EmbeddedFile]) -> io::Result<PathBuf> {
    let place = shelf.join(hash(name, files));
    let folder = place.join(name);
    for _ in 0..TRIES {
        if is_whole(&folder, files)? {
            mark_used(&place);
            return Ok(folder);
        }
        atomic::create_dir(shelf, Access::OwnerOnly)?;
        let making = tempfile::Builder::new().prefix(".unpacking-").tempdir_in(shelf)?;
        let made = making.path().join("made");
        for file in files {
            let path = made.join(name).join(file.path);
            atomic::create_dir(path.parent().unwrap_or(&made), Access::OwnerOnly)?;
            fs::write(path, file.bytes)?;
        }
        atomic::create_dir(&made.join(name), Access::OwnerOnly)?;
        // This fails if there is a folder already: another process's, who was faster, or one that is not whole, which
        // goes away with the temporary folder. Either way the next look decides.
        if fs::rename(&made, &place).is_err() && !is_whole(&folder, files)? {
            let _ = fs::rename(&place, making.path().join("replaced"));
            let _ = fs::rename(&made, &place);
        }
        remove_unused(shelf);
    }
    Err(io::Error::other(format!("{} does not stay as it was unpacked; something else writes there", folder.display())))
}

fn hash(name: &str, files: &[EmbeddedFile]) -> String {
    let mut hasher = Sha256::new();
    for part in std::iter::once(name.as_bytes()).chain(files.iter().flat_map(|file| [file.path.as_bytes(), file.bytes]))
    {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the folder holds exactly the files.
fn is_whole(folder: &Path, files: &[EmbeddedFile]) -> io::Result<bool> {
    let mut expected: BTreeSet<PathBuf> = files.iter().map(|file| folder.join(file.path)).collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(dir) = folders.pop() {
        let entries = match dir.read_dir() {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let known = match kind {
                _ if entry.file_name() == BYTECODE => true,
                kind if kind.is_dir() => {
                    folders.push(entry.path());
                    true
                }
                kind => kind.is_file() && expected.remove(&entry.path()),
            };
            if !known {
                return Ok(false);
            }
        }
    }
    let same = |file: &EmbeddedFile| fs::read(folder.join(file.path)).is_ok_and(|there| there == file.bytes);
    Ok(expected.is_empty() && files.iter().all(same))
}

/// Its time says when a folder was last asked for.
fn mark_used(place: &Path) {
    let marked = fs::File::open(place).and_then(|dir| dir.set_modified(SystemTime::now()));
    if let Err(error) = marked {
        tracing::debug!(%error, dir = %place.display(), "the use of unpacked files can't be marked");
    }
}

fn remove_unused(shelf: &Path) {
    let old = |path: &Path| {
        let used = path.symlink_metadata().and_then(|found| found.modified()).ok()?;
        SystemTime::now().duration_since(used).ok().filter(|age| *age > KEPT)
    };
    for path in shelf.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()) {
        if old(&path).is_some()
            && let Err(error) = fs::remove_dir_all(&path)
        {
            tracing::debug!(%error, dir = %path.display(), "old unpacked files can't be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[EmbeddedFile] =
        &[EmbeddedFile { path: "__init__.py", bytes: b"" }, EmbeddedFile { path: "sub/one.py", bytes: b"one = 1\n" }];

    #[test]
    fn what_is_unpacked_is_found_again_and_its_bytecode_stays() {
        let shelf = tempfile::tempdir().unwrap();
        let folder = unpack(shelf.path(), "demo", FILES).unwrap();
        assert!(folder.ends_with("demo"));
        assert_eq!(fs::read(folder.join("sub/one.py")).unwrap(), b"one = 1\n");
        fs::create_dir(folder.join("sub/__pycache__")).unwrap();
        assert_eq!(unpack(shelf.path(), "demo", FILES).unwrap(), folder);
        assert!(folder.join("sub/__pycache__").is_dir());
        assert_eq!(shelf.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn another_content_lies_beside_it() {
        let shelf = tempfile::tempdir().unwrap();
        let folder = unpack(shelf.path(), "demo", FILES).unwrap();
        let other = unpack(shelf.path(), "demo", &FILES[..1]).unwrap();
        assert_ne!(folder, other);
        assert!(folder.is_dir() && !other.join("sub").exists());
    }

    #[test]
    fn what_was_changed_is_unpacked_anew() {
        let shelf = tempfile::tempdir().unwrap();
        let folder = unpack(shelf.path(), "demo", FILES).unwrap();
        let damage: [fn(&Path) -> io::Result<()>; 4] = [
            |dir| fs::write(dir.join("sub/one.py"), "one = 2\n"),
            |dir| fs::write(dir.join("more.py"), ""),
            |dir| fs::remove_file(dir.join("__init__.py")),
            |dir| fs::remove_file(dir.join("sub/one.py")).and_then(|()| fs::create_dir(dir.join("sub/one.py"))),
        ];
        for (number, damage) in damage.into_iter().enumerate() {
            damage(&folder).unwrap();
            assert_eq!(unpack(shelf.path(), "demo", FILES).unwrap(), folder);
            assert!(is_whole(&folder, FILES).unwrap(), "{number}");
        }
        assert_eq!(shelf.path().read_dir().unwrap().count(), 1, "nothing is left of the making");
    }

    #[test]
    fn many_at_once_find_one_whole_folder() {
        let shelf = tempfile::tempdir().unwrap();
        let folders: Vec<PathBuf> = std::thread::scope(|scope| {
            let unpacking = |_| scope.spawn(|| unpack(shelf.path(), "demo", FILES).unwrap());
            let threads: Vec<_> = (0..8).map(unpacking).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(folders.iter().all(|folder| *folder == folders[0]));
        assert!(is_whole(&folders[0], FILES).unwrap());
        assert_eq!(shelf.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn what_was_not_used_for_long_is_removed_when_something_is_unpacked() {
        let shelf = tempfile::tempdir().unwrap();
        let folder = unpack(shelf.path(), "demo", FILES).unwrap();
        let used = unpack(shelf.path(), "used", FILES).unwrap();
        fs::File::open(folder.parent().unwrap()).unwrap().set_modified(SystemTime::now() - KEPT * 2).unwrap();
        unpack(shelf.path(), "other", FILES).unwrap();
        assert!(!folder.exists() && used.exists());
    }
}
