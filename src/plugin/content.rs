//! The digest of a plugin's content, to which grants are bound.
//!
//! The build script compiles this same file for the digests of the bundled plugins, so it knows nothing but the
//! standard library and the hash.
//!
//! Digested are the sorted relative paths and the bytes of all files, each with its length before it, so that no
//! two trees read alike. Not digested is what tools leave behind ([`EXCLUDED`]); nothing there is ever run. A
//! symbolic link counts with the text of its target; one that leads to anything that is not digested is refused,
//! or other content than the approved one would run.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

/// Names that are left out wherever they stand.
pub const EXCLUDED: [&str; 4] = ["__pycache__", ".pytest_cache", ".git", "target"];
/// Left out at the top alone.
pub const EXCLUDED_AT_TOP: &str = ".venv";
/// More files than this are no plugin.
const MAX_FILES: usize = 100_000;
/// Nor is more than this, all files together; a file that only claims to be so long would be read for hours.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

/// The digest of everything in `dir`.
pub fn digest(dir: &Path) -> io::Result<[u8; 32]> {
    Ok(digest_noting(dir, None)?.0)
}

/// The digest of everything in `dir`, and that of one file's bytes alone, as they were digested: `noted` is its path
/// in the folder, without links.
pub fn digest_noting(dir: &Path, noted: Option<&Path>) -> io::Result<([u8; 32], Option<[u8; 32]>)> {
    let root = dir.canonicalize()?;
    let mut hasher = Sha256::new();
    let mut note = None;
    let mut left = MAX_BYTES;
    for path in files(&root)? {
        let full = root.join(&path);
        let found = full.symlink_metadata()?;
        left = left.checked_sub(found.len()).ok_or_else(|| too_long(&root))?;
        let kind = found.file_type();
        let bytes = path.as_os_str().as_bytes();
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        if kind.is_symlink() {
            let target = fs::read_link(&full)?;
            if !stays_inside(&root, &path, &target) {
                return Err(io::Error::other(format!(
                    "{} is a link to {}, which is not part of the plugin's content",
                    full.display(),
                    target.display()
                )));
            }
            let target = target.as_os_str().as_bytes();
            hasher.update(b"l");
            hasher.update((target.len() as u64).to_le_bytes());
            hasher.update(target);
        } else {
            hasher.update(b"f");
            let mut alone = (noted == Some(path.as_path())).then(Sha256::new);
            digest_file(&full, &mut hasher, alone.as_mut())?;
            note = alone.map(|alone| alone.finalize().into()).or(note);
        }
    }
    Ok((hasher.finalize().into(), note))
}

/// Adds one file's length and bytes, and its bytes to `alone`.
pub fn digest_file(path: &Path, hasher: &mut Sha256, mut alone: Option<&mut Sha256>) -> io::Result<()> {
    // Before it is opened, which waits for a writer if it is a pipe.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other(format!("{} is not a file", path.display())));
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_BYTES {
        return Err(too_long(path));
    }
    hasher.update(length.to_le_bytes());
    let mut left = length;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        left = left.checked_sub(read as u64).ok_or_else(|| changed(path))?;
        hasher.update(&buffer[..read]);
        if let Some(alone) = &mut alone {
            alone.update(&buffer[..read]);
        }
    }
    if left == 0 { Ok(()) } else { Err(changed(path)) }
}

/// Whether a path, relative to the plugin's folder, is left out.
pub fn is_excluded(relative: &Path) -> bool {
    let mut parts = relative.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    let at_top = parts.clone().next().is_some_and(|name| name == EXCLUDED_AT_TOP);
    at_top || parts.any(|name| EXCLUDED.iter().any(|excluded| name == *excluded))
}

fn too_long(path: &Path) -> io::Error {
    io::Error::other(format!("{} holds more than {} MiB", path.display(), MAX_BYTES / 1024 / 1024))
}

fn changed(path: &Path) -> io::Error {
    io::Error::other(format!("{} was written to while it was read", path.display()))
}

/// All files and links that count, relative and sorted. Folders count only through what they hold.
pub fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if is_excluded(&path) {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() || kind.is_symlink() {
                found.push(path);
            } else {
                // Reading a pipe or a socket would wait for somebody to write.
                return Err(io::Error::other(format!("{} is neither a file nor a folder", entry.path().display())));
            }
            if found.len() + folders.len() > MAX_FILES {
                return Err(io::Error::other(format!("{} holds more than {MAX_FILES} files", root.display())));
            }
        }
    }
    found.sort_by(|a, b| a.as_os_str().as_bytes().cmp(b.as_os_str().as_bytes()));
    Ok(found)
}

/// Whether a link leads to something that is digested too. One that leads nowhere yet is judged by its text.
fn stays_inside(root: &Path, link: &Path, target: &Path) -> bool {
    let mut path: Vec<_> = link.parent().map(|parent| parent.components().collect()).unwrap_or_default();
    for part in target.components() {
        match part {
            Component::Normal(_) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir => {
                if path.pop().is_none() {
                    return false;
                }
            }
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    if is_excluded(&path.iter().collect::<PathBuf>()) {
        return false;
    }
    match root.join(link).canonicalize() {
        Ok(real) => real.strip_prefix(root).is_ok_and(|relative| !is_excluded(relative)),
        Err(_) => true,
    }
}
