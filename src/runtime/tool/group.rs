//! The processes of one tool.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// Kills the whole process group when dropped: the tool, and what it started.
pub(super) struct Group(Option<Pid>);

impl Group {
    /// `child` must lead a group of its own.
    pub fn of(child: &Child) -> Self {
        Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // Mostly there is nothing left to kill.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
