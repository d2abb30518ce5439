//! Hears of the system calls that a confined process was refused, and refuses them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use libc::EPERM;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::attempt::Attempt;
use super::border::{self, Sizes};

/// Tells of the calls that were refused, and owes each of them its answer: a caller waits for it. To be held by somebody
/// who is not confined by the same filter.
#[derive(Debug)]
pub struct Listener {
    descriptor: OwnedFd,
    sizes: Sizes,
}

/// What a listener hears.
#[derive(Debug)]
pub enum Heard {
    Attempt(Waiting),
    /// Nothing in the time that was given.
    Nothing,
    /// Nobody is left who could try anything.
    Over,
}

/// A call whose caller waits for the answer.
#[derive(Debug)]
pub struct Waiting {
    id: u64,
    pub attempt: Attempt,
}

impl Listener {
    /// Takes over the descriptor that the kernel gave the confined process.
    pub fn new(descriptor: OwnedFd) -> io::Result<Self> {
        Ok(Listener { descriptor, sizes: border::sizes()? })
    }

    /// Waits for the next attempt, for ever if nothing else is said. Callers that have ended are passed over.
    pub fn wait(&self, at_most: Option<Duration>) -> io::Result<Heard> {
        let limit = at_most.map(Timespec::try_from).transpose().map_err(io::Error::other)?;
        loop {
            let mut polled = [PollFd::new(&self.descriptor, PollFlags::IN)];
            match poll(&mut polled, limit.as_ref()) {
                Ok(0) => return Ok(Heard::Nothing),
                Err(Errno::INTR) => continue,
                found => found?,
            };
            if !polled[0].revents().contains(PollFlags::IN) {
                return Ok(Heard::Over);
            }
            match border::receive(self.descriptor.as_fd(), self.sizes) {
                Ok(told) => {
                    let attempt = Attempt { call: told.data.nr, args: told.data.args };
                    return Ok(Heard::Attempt(Waiting { id: told.id, attempt }));
                }
                Err(error) if gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Answers an attempt with the error that the filter stands for.
    pub fn refuse(&self, waiting: &Waiting) -> io::Result<()> {
        match border::refuse(self.descriptor.as_fd(), self.sizes, waiting.id, EPERM) {
            Err(error) if gone(&error) => Ok(()),
            answered => answered,
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// The caller has ended, or was interrupted and will ask again.
fn gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::EINTR))
}
