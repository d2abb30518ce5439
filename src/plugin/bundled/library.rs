//! Finding a bundled plugin's library.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A bundled plugin without its library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the library {file} is not beside the program, in {dir}")]
pub struct LibraryMissing {
    pub file: String,
    pub dir: PathBuf,
}

impl LibraryMissing {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        format!("put {} into {}, or run `cargo build` in the source tree", self.file, self.dir.display())
    }
}

pub(super) fn beside_executable(name: &str) -> Result<PathBuf, LibraryMissing> {
    let exe = std::env::current_exe().unwrap_or_default();
    find(name, exe.parent().unwrap_or(Path::new(".")))
}

/// Cargo leaves libraries beside the program or in `deps/`, depending on what was built; the newer one is it. Test
/// programs lie in `deps/` themselves.
fn find(name: &str, exe_dir: &Path) -> Result<PathBuf, LibraryMissing> {
    let file = format!("{DLL_PREFIX}{name}{DLL_SUFFIX}");
    let base = if exe_dir.ends_with("deps") { exe_dir.parent().unwrap_or(exe_dir) } else { exe_dir };
    let written = |path: &PathBuf| path.metadata().and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    [base.join(&file), base.join("deps").join(&file)]
        .into_iter()
        .filter(|path| path.is_file())
        .max_by_key(written)
        .ok_or_else(|| LibraryMissing { file, dir: base.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    fn put(path: &Path, age: Duration) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn the_newer_of_the_two_is_found_from_a_program_and_from_a_test() {
        let dir = tempfile::tempdir().unwrap();
        let file = format!("{DLL_PREFIX}demo{DLL_SUFFIX}");
        let (top, deps) = (dir.path().join(&file), dir.path().join("deps").join(&file));
        put(&top, Duration::from_secs(100));
        assert_eq!(find("demo", dir.path()), Ok(top.clone()));
        put(&deps, Duration::from_secs(10));
        assert_eq!(find("demo", dir.path()), Ok(deps.clone()));
        assert_eq!(find("demo", &dir.path().join("deps")), Ok(deps));
        put(&top, Duration::ZERO);
        assert_eq!(find("demo", &dir.path().join("deps")), Ok(top));
    }

    #[test]
    fn a_missing_one_says_which_file_belongs_where() {
        let dir = tempfile::tempdir().unwrap();
        let missing = find("demo", dir.path()).unwrap_err();
        assert!(missing.to_string().contains(&format!("{DLL_PREFIX}demo{DLL_SUFFIX}")));
        assert!(missing.remedy().contains(&dir.path().display().to_string()));
    }
}
