//! The host's part of starting a supervisor.

use std::io::{IoSlice, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use tokio::process::{Child, Command};

use super::{Order, SUPERVISE};

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

/// Gives an order together with the program's standard input. Waits for the supervisor to take it, if it is longer
/// than a socket holds.
pub(in crate::runtime) fn give_with(mut socket: &UnixStream, order: &Order, stdin: &OwnedFd) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let handed = [stdin.as_fd()];
    if !control.push(SendAncillaryMessage::ScmRights(&handed)) {
        return Err(std::io::Error::other("the descriptor finds no room in its message"));
    }
    let sent = sendmsg(socket, &[IoSlice::new(&line)], &mut control, SendFlags::NOSIGNAL)?;
    socket.write_all(line.get(sent..).unwrap_or_default())
}
