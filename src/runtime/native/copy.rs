//! Libraries are loaded from content-addressed copies: a rebuild never changes a file that is mapped, and a newer
//! build loads beside the old one.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::atomic::{self, Access};
use crate::runtime::LoadError;

/// Copies `library` to `<libs_dir>/<sha256>.so`, unless it is there already, and returns the copy's path. What is
/// not `approved` is not copied: the copy is what is loaded, so nothing can be put in its place afterwards.
pub(in crate::runtime) fn copy(
    library: &Path,
    libs_dir: &Path,
    approved: Option<&[u8; 32]>,
) -> Result<PathBuf, LoadError> {
    let bytes = fs::read(library).map_err(|source| LoadError::Unreadable { path: library.to_owned(), source })?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    if approved.is_some_and(|approved| *approved != digest) {
        return Err(LoadError::NotApproved { path: library.to_owned() });
    }
    let target = libs_dir.join(format!("{}.so", hex(&digest)));
    // A copy that was damaged is written anew, under a new inode: one that is mapped stays as it is.
    if fs::read(&target).is_ok_and(|there| there == bytes) {
        return Ok(target);
    }
    atomic::write(&target, &bytes, Access::OwnerOnly)
        .map_err(|source| LoadError::Copy { path: target.clone(), source })?;
    Ok(target)
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_by_its_content_and_mended_when_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let library = dir.path().join("lib.so");
        fs::write(&library, b"one").unwrap();
        let libs = dir.path().join("libs");
        let first = copy(&library, &libs, None).unwrap();
        assert_eq!(first.file_name().unwrap().len(), 64 + 3);
        fs::write(&first, b"damaged").unwrap();
        assert_eq!(copy(&library, &libs, None).unwrap(), first);
        assert_eq!(fs::read(&first).unwrap(), b"one");
        fs::write(&library, b"two").unwrap();
        assert_ne!(copy(&library, &libs, None).unwrap(), first);
        assert_eq!(fs::read(&first).unwrap(), b"one");
    }

    #[test]
    fn a_library_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = copy(&dir.path().join("lib.so"), dir.path(), None).unwrap_err();
        assert!(matches!(error, LoadError::Unreadable { .. }));
        assert!(error.to_string().contains("lib.so"), "{error}");
    }

    #[test]
    fn a_library_that_is_not_the_approved_one_is_not_copied() {
        let dir = tempfile::tempdir().unwrap();
        let (library, libs) = (dir.path().join("lib.so"), dir.path().join("libs"));
        fs::write(&library, b"approved").unwrap();
        let approved: [u8; 32] = Sha256::digest(b"approved").into();
        assert!(copy(&library, &libs, Some(&approved)).is_ok());
        fs::write(&library, b"swapped").unwrap();
        let error = copy(&library, &libs, Some(&approved)).unwrap_err();
        assert!(matches!(error, LoadError::NotApproved { .. }), "{error}");
        assert_eq!(libs.read_dir().unwrap().count(), 1);
    }
}
