//! Finds programs.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use orchestrator_protocol::{CallError, ErrorKind};

/// The program's absolute path: a name is looked up in `search`, the host's `PATH`; a path is relative to the
/// project's folder. It is not to the call's own working directory: a permission for `./tool` is for one program.
pub(super) fn find(program: &str, project: &Path, search: Option<&OsStr>) -> Result<PathBuf, CallError> {
    let not_found = |text: String| CallError::new(ErrorKind::NotFound, text);
    if program.is_empty() {
        return Err(not_found("the program's name is empty".into()));
    }
    if program.contains('/') {
        let path = project.join(program);
        return if is_program(&path) {
            Ok(path)
        } else {
            Err(not_found(format!("there is no program at {}; it must be a file that can be run", path.display())))
        };
    }
    let search = search.unwrap_or_default();
    let places = std::env::split_paths(search).filter(|place| place.is_absolute());
    places.map(|place| place.join(program)).find(|path| is_program(path)).ok_or_else(|| {
        not_found(format!(
            "the program `{program}` is in none of the folders of PATH: {}. Install it, or give its path",
            search.to_string_lossy()
        ))
    })
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_up_in_path_and_a_path_in_the_folder() {
        let dir = Path::new("/");
        let path = OsStr::new("/nowhere:relative:/bin:/usr/bin");
        assert!(find("sh", dir, Some(path)).unwrap().is_absolute());
        assert_eq!(find("bin/sh", dir, None).unwrap(), Path::new("/bin/sh"));
        let error = find("no-such-program", dir, Some(path)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        assert!(error.message.contains("/nowhere:relative:/bin"), "{error}");
        let folder = find("bin/", dir, None).unwrap_err();
        assert!(folder.message.contains("must be a file"), "{folder}");
    }
}
