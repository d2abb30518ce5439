//! Who is at the other end of a socket, as the kernel says.
//!
//! The socket's folder keeps other users out. A plugin's own process belongs to the same user, and how far the kernel
//! keeps it from sockets is the operator's choice: it is told by being confined further than this process is, which it
//! can't undo. From the level `limits` on it passes more filters than the host does, also where the host can gain no
//! rights either.

use std::io;

use rustix::process::{geteuid, getpid};
use tokio::net::UnixStream;

/// Why the other end is not spoken to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("it belongs to the user {0}")]
    OtherUser(u32),
    #[error("it is confined further than this process, as plugins' processes are")]
    Confined,
    #[error("nobody can tell who it is: {0}")]
    Unknown(String),
}

/// Fails unless the other end is a process of the same user.
pub(super) fn check_user(stream: &UnixStream) -> Result<Option<i32>, Refusal> {
    let peer = stream.peer_cred().map_err(|error| Refusal::Unknown(error.to_string()))?;
    if peer.uid() != geteuid().as_raw() {
        return Err(Refusal::OtherUser(peer.uid()));
    }
    Ok(peer.pid())
}

/// Fails unless the other end is a process of the same user that may do what this one may.
pub(super) fn check_caller(stream: &UnixStream) -> Result<(), Refusal> {
    let caller = check_user(stream)?;
    if !cfg!(target_os = "linux") {
        // No plugin has a process of its own there.
        return Ok(());
    }
    let unknown = |error: io::Error| Refusal::Unknown(error.to_string());
    let caller = caller.ok_or_else(|| Refusal::Unknown("its process has no number here".to_owned()))?;
    let own = Confinement::of(getpid().as_raw_pid()).map_err(unknown)?;
    let theirs = Confinement::of(caller).map_err(unknown)?;
    if theirs.exceeds(&own) { Err(Refusal::Confined) } else { Ok(()) }
}

/// What a process gave up for good.
#[derive(Debug, PartialEq, Eq)]
struct Confinement {
    /// How many filters its system calls pass.
    filters: u32,
    /// Whether no program that it starts can get more rights.
    no_new_rights: bool,
}

impl Confinement {
    fn of(process: i32) -> io::Result<Self> {
        Confinement::read(&std::fs::read_to_string(format!("/proc/{process}/status"))?)
    }

    fn read(status: &str) -> io::Result<Self> {
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let value = line.and_then(|value| value.trim().parse::<u32>().ok());
            value.ok_or_else(|| io::Error::other(format!("the kernel does not tell its {name}")))
        };
        Ok(Confinement { filters: field("Seccomp_filters")?, no_new_rights: field("NoNewPrivs")? != 0 })
    }

    fn exceeds(&self, other: &Confinement) -> bool {
        self.filters > other.filters || (self.no_new_rights && !other.no_new_rights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(filters: u32, no_new_rights: u32) -> Confinement {
        let text = format!("Name:\tx\nNoNewPrivs:\t{no_new_rights}\nSeccomp:\t2\nSeccomp_filters:\t{filters}\n");
        Confinement::read(&text).unwrap()
    }

    #[test]
    fn a_process_that_gave_up_more_is_told_from_one_that_did_not() {
        let (free, in_a_container) = (status(0, 0), status(1, 1));
        assert!(status(2, 1).exceeds(&free));
        assert!(status(0, 1).exceeds(&free), "held by limits alone");
        assert!(status(3, 1).exceeds(&in_a_container));
        assert!(!free.exceeds(&free));
        assert!(!status(1, 1).exceeds(&in_a_container));
        assert!(!free.exceeds(&in_a_container));
        assert!(status(1, 1).exceeds(&status(0, 1)), "the host can gain no rights either");
    }

    #[test]
    fn what_the_kernel_does_not_tell_is_not_taken_for_freedom() {
        assert!(Confinement::read("Name:\tx\nNoNewPrivs:\t0\n").is_err());
    }
}
