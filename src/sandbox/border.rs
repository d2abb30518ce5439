//! The kernel's interface for telling of refused system calls, which no safe library has: the only place of this room
//! with `unsafe`. seccomp(2) and seccomp_unotify(2) describe it.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use libc::{seccomp_notif, seccomp_notif_resp, seccomp_notif_sizes};
use seccompiler::BpfProgram;

/// How long the kernel's structures are: a newer kernel's may be longer than those that we know, and it reads and
/// writes all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    notification: usize,
    answer: usize,
}

/// Installs a filter for this thread and what it starts, and returns what tells of the calls that the filter hands
/// over. Whoever holds that can let such calls through: it must not stay with the one who is confined.
pub(super) fn install_listening(program: &BpfProgram) -> io::Result<OwnedFd> {
    let mut instructions: Vec<libc::sock_filter> =
        program.iter().map(|from| libc::sock_filter { code: from.code, jt: from.jt, jf: from.jf, k: from.k }).collect();
    let len = u16::try_from(instructions.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len, filter: instructions.as_mut_ptr() };
    // SAFETY: the kernel reads `len` instructions, which live until the call returns, and keeps a copy of its own.
    let made = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
            &raw const program,
        )
    };
    let descriptor = RawFd::try_from(made).ok().filter(|made| *made >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the kernel has just made this descriptor, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Asks the kernel for the lengths that [`receive`] and [`refuse`] need.
pub(super) fn sizes() -> io::Result<Sizes> {
    let mut sizes = seccomp_notif_sizes { seccomp_notif: 0, seccomp_notif_resp: 0, seccomp_data: 0 };
    // SAFETY: the kernel writes the three numbers, for which there is room.
    let done = unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_GET_NOTIF_SIZES, 0, &raw mut sizes) };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    let longest = |theirs: u16, ours: usize| usize::from(theirs).max(ours);
    Ok(Sizes {
        notification: longest(sizes.seccomp_notif, size_of::<seccomp_notif>()),
        answer: longest(sizes.seccomp_notif_resp, size_of::<seccomp_notif_resp>()),
    })
}

/// Takes the next call in, and waits for it if there is none. `ENOENT` says that its caller has ended meanwhile.
pub(super) fn receive(listener: BorrowedFd<'_>, sizes: Sizes) -> io::Result<seccomp_notif> {
    let mut room = room(sizes.notification);
    // SAFETY: `room` is zeroed, as the kernel demands, aligned for its structure, and as long as that is there.
    let done = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV as _, room.as_mut_ptr()) };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `room` is at least as long and as aligned as this structure, which consists of integers alone: whatever
    // was written is a value of it.
    Ok(unsafe { room.as_ptr().cast::<seccomp_notif>().read() })
}

/// Answers a call that was taken in with an error. `ENOENT` says that its caller has ended, or was interrupted.
pub(super) fn refuse(listener: BorrowedFd<'_>, sizes: Sizes, id: u64, errno: i32) -> io::Result<()> {
    let mut room = room(sizes.answer);
    // The flags stay zero: another value would let the call through.
    let answer = seccomp_notif_resp { id, val: 0, error: -errno, flags: 0 };
    // SAFETY: `room` is at least as long and as aligned as this structure.
    unsafe { room.as_mut_ptr().cast::<seccomp_notif_resp>().write(answer) };
    // SAFETY: the kernel reads as many bytes as it has told that it would.
    let done = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND as _, room.as_mut_ptr()) };
    if done != 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Zeroed memory for a structure of so many bytes, aligned for the largest integers.
fn room(bytes: usize) -> Vec<u64> {
    vec![0; bytes.div_ceil(size_of::<u64>())]
}
