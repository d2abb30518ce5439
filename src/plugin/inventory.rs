//! A plugin's files, each with its digest: what is kept at approval, and compared when it changes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::content;
use crate::event::ContentHash;
use crate::event::text::clean_line;
use crate::permission::{FileList, MAX_FILES};

/// The files that are digested, and the library that is content wherever it lies. `content` is what the folder is held
/// for. Reads them all: for blocking threads.
pub fn inventory(dir: &Path, library: Option<&Path>, content: &ContentHash) -> io::Result<FileList> {
    let mut paths = content::files(dir)?;
    paths
        .extend(library.filter(|library| content::is_excluded(library) && dir.join(library).is_file()).map(Into::into));
    let mut files = BTreeMap::new();
    for path in paths.into_iter().take(MAX_FILES) {
        let digest = digest(&dir.join(&path))?;
        // A name is what somebody else wrote, and is shown.
        files.insert(clean_line(&path.to_string_lossy()), digest);
    }
    Ok(FileList { content: content.clone(), files })
}

fn digest(path: &Path) -> io::Result<String> {
    if path.symlink_metadata()?.is_symlink() {
        return Ok(format!("link to {}", fs::read_link(path)?.display()));
    }
    let mut hasher = Sha256::new();
    content::digest_file(path, &mut hasher, None)?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_as_content_is_listed_and_what_tools_leave_is_not() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [("a.py", "1"), ("lib/b.py", "2"), ("__pycache__/a.pyc", "3"), ("target/lib.so", "4")] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink("a.py", dir.path().join("link")).unwrap();
        let content = ContentHash::of(b"");
        let names = |library| inventory(dir.path(), library, &content).unwrap().files.into_keys().collect::<Vec<_>>();
        assert_eq!(names(None), ["a.py", "lib/b.py", "link"]);
        assert_eq!(names(Some(Path::new("target/lib.so"))), ["a.py", "lib/b.py", "link", "target/lib.so"]);
        let before = inventory(dir.path(), None, &content).unwrap();
        fs::write(dir.path().join("a.py"), "changed").unwrap();
        let changes = before.changes_to(&inventory(dir.path(), None, &content).unwrap());
        assert_eq!(changes.changed, ["a.py"]);
    }
}
