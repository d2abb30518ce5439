//! Files that are deleted and still open.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::tree;

/// How the kernel marks the name that such a file had.
const MARK: &[u8] = b" (deleted)";

/// What files occupy that were deleted from these folders, in bytes, as long as a process below the supervisor has them
/// open. Each counts once.
pub(in crate::runtime) fn deleted_of_tree(supervisor: u32, folders: &[PathBuf]) -> u64 {
    let Some(supervisor) = i32::try_from(supervisor).ok().and_then(Pid::from_raw) else { return 0 };
    let folders: Vec<_> = folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    let mut seen = HashSet::new();
    let mut bytes = 0_u64;
    for (pid, _) in tree::below(supervisor) {
        let opened = Path::new("/proc").join(pid.as_raw_nonzero().to_string()).join("fd");
        // One that has ended, or closed it meanwhile, holds nothing.
        for entry in opened.read_dir().into_iter().flatten().flatten() {
            let Ok(name) = entry.path().read_link() else { continue };
            let was_there = folders.iter().any(|folder| name.starts_with(folder));
            if !was_there || !name.as_os_str().as_bytes().ends_with(MARK) {
                continue;
            }
            let Ok(file) = entry.path().metadata() else { continue };
            // One whose name only looks so is counted where it lies.
            if file.is_file() && file.nlink() == 0 && seen.insert((file.dev(), file.ino())) {
                bytes = bytes.saturating_add(file.blocks().saturating_mul(512));
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_deleted_file_counts_once_while_somebody_below_has_it_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gone");
        let mut file = File::create(&path).unwrap();
        file.write_all(&vec![1; 1 << 20]).unwrap();
        file.sync_all().unwrap();
        let mut below = Command::new("cat");
        let mut below = below.stdin(Stdio::piped()).stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        let folders = [dir.path().to_owned()];
        let supervisor = std::process::id();
        assert_eq!(deleted_of_tree(supervisor, &folders), 0, "it still lies in the folder");
        std::fs::remove_file(&path).unwrap();
        let bytes = deleted_of_tree(supervisor, &folders);
        assert!((1 << 20..2 << 20).contains(&bytes), "{bytes}");
        assert_eq!(deleted_of_tree(supervisor, &[]), 0);
        drop(below.stdin.take());
        below.wait().unwrap();
        assert_eq!(deleted_of_tree(supervisor, &folders), 0);
    }
}
