//! What a child sees of the host's environment.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::config::atomic::{self, Access};
use crate::runtime::LoadError;

/// Names that a child inherits. Anything else may be a secret.
const INHERITED: [&str; 4] = ["PATH", "LANG", "TZ", "RUST_BACKTRACE"];
/// And those that begin so.
const LOCALE: &str = "LC_";

/// The child's variables: what may be inherited of `host`, and folders of its own in `private_dir`, which are made.
pub(super) fn prepare(
    host: impl Iterator<Item = (OsString, OsString)>,
    private_dir: &Path,
) -> Result<Vec<(OsString, OsString)>, LoadError> {
    let mut variables: Vec<_> = host.filter(|(name, _)| inherited(name)).collect();
    for (name, folder) in [("HOME", "home"), ("TMPDIR", "tmp")] {
        let path = private_dir.join(folder);
        atomic::create_dir(&path, Access::OwnerOnly)
            .map_err(|source| LoadError::Folder { path: path.clone(), source })?;
        variables.push((name.into(), path.into()));
    }
    Ok(variables)
}

fn inherited(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| INHERITED.contains(&name) || name.starts_with(LOCALE))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_what_is_on_the_list_is_inherited_and_the_folders_are_the_childs_own() {
        let dir = tempfile::tempdir().unwrap();
        let private = dir.path().join("private");
        let host =
            ["PATH", "LC_ALL", "API_TOKEN", "HOME", "LD_PRELOAD", "TMPDIR"].map(|name| (name.into(), "x".into()));
        let variables = prepare(host.into_iter(), &private).unwrap();
        let names: Vec<_> = variables.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(names, ["PATH", "LC_ALL", "HOME", "TMPDIR"]);
        for (_, folder) in &variables[2..] {
            assert!(Path::new(folder).starts_with(&private));
            assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
