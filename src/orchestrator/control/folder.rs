//! Where the sockets are: beside each the lock of the process that listens on it.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::store::owner::{Owner, registered, take_if_gone};

/// A path with as many bytes or more does not fit into a socket's address everywhere.
const LONGEST_PATH: usize = 100;
/// How often a name is tried that a dead process left behind.
const TRIES: usize = 3;

/// The folder, in a project's state folder.
pub(super) fn of(state_dir: &Path) -> PathBuf {
    state_dir.join("control")
}

/// A process's place among those that listen. Free again when this is dropped.
pub(super) struct Seat {
    socket: PathBuf,
    /// Dropped after the socket's file is gone: a socket without a lock is nobody's.
    _owner: Owner,
}

impl Seat {
    /// Makes the folder, its owner's alone, and takes this process's place in it. Blocks on the disk.
    pub fn take(folder: &Path) -> io::Result<Seat> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let id = std::process::id().to_string();
        for _ in 0..TRIES {
            match Owner::register_as(folder, &id) {
                Ok(owner) => {
                    let socket = socket_path(folder, &id);
                    // Of a process with the same number, whose lock somebody else has removed.
                    remove_if_there(&socket)?;
                    return Ok(Seat { socket, _owner: owner });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => drop(clean_up(folder, &id)?),
                Err(error) => return Err(error),
            }
        }
        // Another process sees other numbers than we do, and has this one.
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Left behind, it would be removed by the next who looks.
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// The processes that listen, without this one; what dead ones left behind is removed. Blocks on the disk.
pub(super) fn others(folder: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let ids = match registered(folder) {
        Ok(ids) => ids,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for id in ids {
        let Ok(process) = id.parse::<u32>() else { continue };
        if process == std::process::id() || clean_up(folder, &id)? {
            continue;
        }
        found.push((process, socket_path(folder, &id)));
    }
    found.sort_unstable();
    Ok(found)
}

/// Removes what a process left behind, if it is gone. Whether it was.
fn clean_up(folder: &Path, id: &str) -> io::Result<bool> {
    let Some(gone) = take_if_gone(folder, id)? else { return Ok(false) };
    remove_if_there(&socket_path(folder, id))?;
    // Last: whoever finds the lock free looks for the socket.
    gone.forget()?;
    Ok(true)
}

fn socket_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.sock"))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A path to the same socket that fits into an address; for as long as the file is open.
pub(super) fn short(socket: &Path) -> io::Result<(PathBuf, Option<File>)> {
    if socket.as_os_str().len() < LONGEST_PATH {
        return Ok((socket.to_owned(), None));
    }
    let (Some(folder), Some(name)) = (socket.parent(), socket.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = File::open(folder)?;
    let through = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&folder));
    Ok((Path::new(&through).join(name), Some(folder)))
}
