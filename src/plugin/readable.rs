//! Which parts of a plugin's folder its process may read: what was approved, and nothing that lies beside it.

use std::io;
use std::path::{Path, PathBuf};

use super::content::{EXCLUDED, EXCLUDED_AT_TOP};

/// The folder, or where something in it is no part of the content, everything else in it, as far down as needed.
pub fn readable(dir: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(match parts(dir, true)? {
        Parts::Whole => vec![dir.to_owned()],
        Parts::Some(parts) => parts,
    })
}

enum Parts {
    Whole,
    Some(Vec<PathBuf>),
}

fn parts(dir: &Path, top: bool) -> io::Result<Parts> {
    let (mut all, mut whole) = (Vec::new(), true);
    for entry in dir.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        if EXCLUDED.iter().any(|excluded| name == *excluded) || (top && name == EXCLUDED_AT_TOP) {
            whole = false;
            continue;
        }
        let below = if entry.file_type()?.is_dir() { parts(&entry.path(), false)? } else { Parts::Whole };
        match below {
            Parts::Whole => all.push(entry.path()),
            Parts::Some(parts) => {
                whole = false;
                all.extend(parts);
            }
        }
    }
    Ok(if whole { Parts::Whole } else { Parts::Some(all) })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn caches_and_histories_are_left_out_however_deep_they_lie() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        for path in ["main.py", "agents/one.py", "agents/deep/two.py"] {
            put(path);
        }
        assert_eq!(readable(dir.path()).unwrap(), [dir.path()]);
        for path in [".git/config", "agents/__pycache__/one.pyc", ".venv/bin/python"] {
            put(path);
        }
        let mut found = readable(dir.path()).unwrap();
        found.sort();
        let expected = ["agents/deep", "agents/one.py", "main.py"].map(|path| dir.path().join(path));
        assert_eq!(found, expected);
    }
}
