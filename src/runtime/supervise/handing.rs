//! Descriptors that travel over a socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};

/// What stands for a descriptor in the stream of bytes.
const MARK: &[u8] = b"\n";

/// Sends bytes and a descriptor with them. Answers with how many bytes went out.
pub(in crate::runtime) fn send(socket: impl AsFd, bytes: &[u8], handed: impl AsFd) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let handed = [handed.as_fd()];
    if !control.push(SendAncillaryMessage::ScmRights(&handed)) {
        return Err(io::Error::other("the descriptor finds no room in its message"));
    }
    Ok(sendmsg(socket, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL)?)
}

/// Waits for bytes, and a descriptor that may come with them. No bytes: the other end is closed.
pub(in crate::runtime) fn receive(socket: impl AsFd, into: &mut [u8]) -> io::Result<(usize, Option<OwnedFd>)> {
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = match recvmsg(&socket, &mut [IoSliceMut::new(into)], &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(Errno::INTR) => continue,
            received => received?.bytes,
        };
        let mut handed = None;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                handed = descriptors.last().or(handed);
            }
        }
        return Ok((received, handed));
    }
}

/// Sends a descriptor alone.
pub(in crate::runtime) fn give(socket: impl AsFd, handed: impl AsFd) -> io::Result<()> {
    send(socket, MARK, handed).map(drop)
}

/// Waits for a descriptor; nothing, if the other end was closed without one.
pub(in crate::runtime) fn take(socket: impl AsFd) -> io::Result<Option<OwnedFd>> {
    Ok(receive(socket, &mut [0; MARK.len()])?.1)
}
