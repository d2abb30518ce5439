//! The host's part of starting a supervisor.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use tokio::process::{Child, Command};

use super::{Order, SUPERVISE, handing};

/// Starts `command`, our own executable, as a supervisor with piped output, and returns it with the host's end of its
/// socket, which blocks.
pub(in crate::runtime) fn spawn(mut command: Command) -> std::io::Result<(Child, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    let child = command
        .arg(SUPERVISE)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Not in the terminal's foreground: Ctrl-C there is for the host.
        .process_group(0)
        .spawn()?;
    Ok((child, ours))
}

/// Gives an order together with a descriptor for the program. Waits for the supervisor to take it, if it is longer than
/// a socket holds.
pub(in crate::runtime) fn give_with(mut socket: &UnixStream, order: &Order, handed: &OwnedFd) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    let sent = handing::send(socket, &line, handed)?;
    socket.write_all(line.get(sent..).unwrap_or_default())
}
