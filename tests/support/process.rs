//! Processes that a test watches and signals.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

/// A process, whoever started it. It stays this one, also when its number is used again.
pub struct Watched {
    pid: Pid,
    handle: OwnedFd,
}

impl Watched {
    /// The process must be there.
    #[track_caller]
    pub fn new(pid: u32) -> Self {
        let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        Watched { pid, handle: pidfd_open(pid, PidfdFlags::empty()).unwrap() }
    }

    /// Its number.
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Waits for its end. Whether it came within `limit`.
    pub fn ends_within(&self, limit: Duration) -> bool {
        let limit = Timespec::try_from(limit).unwrap();
        let mut ended = [PollFd::new(&self.handle, PollFlags::IN)];
        poll(&mut ended, Some(&limit)).unwrap() > 0
    }

    /// The most memory that it has used so far, in bytes.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_pid())).ok()?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(kilobytes.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
    }
}
