//! Writing a file so that a reader, and a machine that lost its power, finds the old one or the new one.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Who may read a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As the file was before; a new one gets what the umask leaves.
    Project,
    /// Its owner alone.
    OwnerOnly,
}

/// Writes `bytes` to a temporary file in the same folder, brings it to the disk, and renames it over `path`.
/// Missing parent folders are made. A symbolic link at `path` is replaced, not followed.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_dir(parent, access)?;
    let mode = match access {
        Access::OwnerOnly => 0o600,
        Access::Project => 0o666,
    };
    let mut file =
        tempfile::Builder::new().prefix(".writing-").permissions(Permissions::from_mode(mode)).tempfile_in(parent)?;
    file.write_all(bytes)?;
    if access == Access::Project
        && let Ok(before) = path.symlink_metadata()
        && before.is_file()
    {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The rename itself is only on the disk when the folder is.
    File::open(parent)?.sync_all()
}

/// Makes a folder and its parents; with [`Access::OwnerOnly`], what is made is open to its owner alone.
pub fn create_dir(dir: &Path, access: Access) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    if access == Access::OwnerOnly {
        builder.mode(0o700);
    }
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn makes_folders_and_leaves_nothing_else_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/file");
        write(&path, b"one", Access::Project).unwrap();
        write(&path, b"two", Access::Project).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(path.parent().unwrap().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn keeps_the_mode_of_a_project_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, "one").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        write(&path, b"two", Access::Project).unwrap();
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn a_private_file_and_its_new_folder_are_the_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/trust.yaml");
        write(&path, b"", Access::OwnerOnly).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_link_is_replaced_and_its_target_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        std::fs::write(&target, "outside").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, b"new", Access::Project).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "outside");
        assert_eq!(std::fs::read_to_string(&link).unwrap(), "new");
    }
}
