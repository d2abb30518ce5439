//! The launcher's descriptors: the protocol on 3, and nothing to read on 0.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::stdio::dup2_stdin;

/// Where a plugin finds the protocol's socket.
const PROTOCOL: i32 = 3;

/// Moves the socket from the standard input to descriptor 3, and puts `/dev/null` in its place. Programs that are
/// started from here do not get it.
pub(super) fn take_socket() -> io::Result<UnixStream> {
    let socket = fcntl_dupfd_cloexec(io::stdin().as_fd(), PROTOCOL)?;
    if socket.as_raw_fd() != PROTOCOL {
        return Err(io::Error::other("descriptor 3, where the protocol is spoken, is taken by something else"));
    }
    dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

/// Leaves the socket to the program that this process becomes.
pub(super) fn let_inherit(socket: &UnixStream) -> io::Result<()> {
    Ok(fcntl_setfd(socket, FdFlags::empty())?)
}
