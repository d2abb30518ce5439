//! The launcher's descriptors: the protocol on 3, and nothing to read on 0.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::stdio::dup2_stdin;

use crate::runtime::supervise::handing;

/// Where a plugin finds the protocol's socket.
const PROTOCOL: i32 = 3;

/// What a launcher is started with.
pub(super) struct Given {
    /// The protocol's, on descriptor 3. Programs that are started from here do not get it.
    pub(super) socket: UnixStream,
    /// To the supervisor, which waits for a listener, or the end of this.
    pub(super) supervisor: UnixStream,
}

/// Takes the protocol's socket from the supervisor, which is the standard input, and puts `/dev/null` in its place.
/// Nothing, if the supervisor is gone.
pub(super) fn take() -> io::Result<Option<Given>> {
    let Some(given) = handing::take(io::stdin())? else { return Ok(None) };
    let socket = match given.as_raw_fd() {
        PROTOCOL => given,
        _ => fcntl_dupfd_cloexec(given, PROTOCOL)?,
    };
    if socket.as_raw_fd() != PROTOCOL {
        return Err(io::Error::other("descriptor 3, where the protocol is spoken, is taken by something else"));
    }
    let supervisor = io::stdin().as_fd().try_clone_to_owned()?.into();
    dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(Some(Given { socket: socket.into(), supervisor }))
}

/// Leaves the socket to the program that this process becomes.
pub(super) fn let_inherit(socket: &UnixStream) -> io::Result<()> {
    Ok(fcntl_setfd(socket, FdFlags::empty())?)
}
