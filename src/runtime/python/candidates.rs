//! Where an interpreter could be.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Names that are looked up in `PATH`: what a shell means by Python first, then the newest.
const NAMES: [&str; 6] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// All programs of these names, each once. Of one name the first in `search` comes first, as in a shell; the ones
/// behind it may be newer.
pub(super) fn in_path(search: &OsStr) -> Vec<PathBuf> {
    let places: Vec<PathBuf> = std::env::split_paths(search).filter(|place| place.is_absolute()).collect();
    let mut found: Vec<PathBuf> = Vec::new();
    let mut real = Vec::new();
    for name in NAMES {
        for path in places.iter().map(|place| place.join(name)).filter(|path| is_program(path)) {
            // `/bin` is often `/usr/bin`. A script that answers to several names is another one under each.
            let file = (path.canonicalize().unwrap_or_else(|_| path.clone()), path.file_name().map(OsStr::to_owned));
            if !real.contains(&file) {
                real.push(file);
                found.push(path);
            }
        }
    }
    found
}

pub(super) fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn the_shells_python_comes_first_then_the_newest_and_none_twice() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        for path in ["a/python3", "b/python3", "b/python3.12", "b/python3.13"] {
            put(&at(path));
        }
        std::fs::write(at("a/python3.14"), "not a program").unwrap();
        std::os::unix::fs::symlink(at("b"), at("c")).unwrap();
        let search = std::env::join_paths([at("a"), at("b"), at("c"), PathBuf::from("relative")]).unwrap();
        let expected = ["a/python3", "b/python3", "b/python3.13", "b/python3.12"].map(at);
        assert_eq!(in_path(&search), expected);
    }
}
