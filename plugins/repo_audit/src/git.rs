//! What a repository's own files say about it, without starting git.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// No file that is read here is longer, but for `packed-refs`, of which no more is looked at.
const MAX_BYTES: u64 = 256 * 1024;

/// A working copy's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Absent when no branch is checked out.
    pub branch: Option<String>,
    /// The whole hash; absent before the first commit.
    pub commit: Option<String>,
    /// How many files the index holds.
    pub tracked_files: Option<u64>,
}

/// Reads the state of the working copy whose top is `root`; `None` if it is none. Reads a few small files.
pub fn read_head(root: &Path) -> Option<Head> {
    let git = git_folder(root)?;
    let head = read_text(&git.join("HEAD"))?;
    let head = head.trim();
    let tracked_files = tracked_files(&git.join("index"));
    let Some(reference) = head.strip_prefix("ref: ") else {
        return Some(Head { branch: None, commit: commit(head), tracked_files });
    };
    // Anything else in a prepared repository could name a file outside.
    if !reference.starts_with("refs/") || reference.split('/').any(|part| part == "..") {
        return None;
    }
    // A linked working copy keeps its branches with the others.
    let shared = match read_text(&git.join("commondir")) {
        Some(path) => git.join(path.trim()),
        None => git.clone(),
    };
    let loose = read_text(&shared.join(reference)).and_then(|text| commit(text.trim()));
    Some(Head {
        branch: Some(reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned()),
        commit: loose.or_else(|| packed(&shared.join("packed-refs"), reference)),
        tracked_files,
    })
}

/// `.git`, or where the file of that name says it is.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = read_text(&git)?;
    Some(root.join(text.trim().strip_prefix("gitdir: ")?))
}

fn read_text(path: &Path) -> Option<String> {
    // Nothing but a regular file is opened: another could block.
    path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text that is a hash, in SHA-1 or SHA-256.
fn commit(text: &str) -> Option<String> {
    let is_hash = [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}

fn packed(path: &Path, reference: &str) -> Option<String> {
    let text = read_text(path)?;
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(_, name)| *name == reference)
        .and_then(|(h, _)| commit(h))
}

/// The number of entries, which the index's header gives: `DIRC`, version, count.
fn tracked_files(index: &Path) -> Option<u64> {
    index.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut header = [0u8; 12];
    File::open(index).ok()?.read_exact(&mut header).ok()?;
    let count = header.strip_prefix(b"DIRC")?.get(4..)?.try_into().ok()?;
    Some(u64::from(u32::from_be_bytes(count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::testing::tree;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn branch_commit_and_file_count_are_read() {
        let loose = format!("{HASH}\n");
        let dir = tree(&[
            (".git/HEAD", b"ref: refs/heads/feature/x\n"),
            (".git/refs/heads/feature/x", loose.as_bytes()),
            (".git/index", b"DIRC\0\0\0\x02\0\0\x01\x02rest"),
        ]);
        let head = read_head(dir.path()).unwrap();
        assert_eq!(head.branch.as_deref(), Some("feature/x"));
        assert_eq!(head.commit.as_deref(), Some(HASH));
        assert_eq!(head.tracked_files, Some(258));
    }

    #[test]
    fn packed_branches_detached_heads_and_new_repositories_are_read() {
        let packed = format!("# pack-refs\n{HASH} refs/heads/main\n^{HASH}\n");
        let dir = tree(&[(".git/HEAD", b"ref: refs/heads/main\n"), (".git/packed-refs", packed.as_bytes())]);
        assert_eq!(read_head(dir.path()).unwrap().commit.as_deref(), Some(HASH));
        let dir = tree(&[(".git/HEAD", HASH.as_bytes())]);
        let detached = Head { branch: None, commit: Some(HASH.into()), tracked_files: None };
        assert_eq!(read_head(dir.path()), Some(detached));
        let dir = tree(&[(".git/HEAD", b"ref: refs/heads/main\n")]);
        let new = Head { branch: Some("main".into()), ..Head::default() };
        assert_eq!(read_head(dir.path()), Some(new));
    }

    #[test]
    fn a_linked_working_copy_is_followed_to_its_repository() {
        let loose = format!("{HASH}\n");
        let dir = tree(&[
            ("copy/.git", b"gitdir: ../main/.git/worktrees/copy\n"),
            ("main/.git/worktrees/copy/HEAD", b"ref: refs/heads/side\n"),
            ("main/.git/worktrees/copy/commondir", b"../..\n"),
            ("main/.git/refs/heads/side", loose.as_bytes()),
        ]);
        let head = read_head(&dir.path().join("copy")).unwrap();
        assert_eq!((head.branch.as_deref(), head.commit.as_deref()), (Some("side"), Some(HASH)));
    }

    #[test]
    fn what_is_no_repository_or_leads_elsewhere_is_nothing() {
        assert_eq!(read_head(tree(&[("a", b"")]).path()), None);
        assert_eq!(read_head(tree(&[(".git/HEAD", b"ref: ../../etc/passwd\n")]).path()), None);
        assert_eq!(read_head(tree(&[(".git/HEAD", b"ref: refs/../../x\n")]).path()), None);
    }
}
