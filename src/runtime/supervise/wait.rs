//! The host's waiting for a supervisor.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::timeout;

const CONTINUE_AGAIN: Duration = Duration::from_millis(100);

/// Waits until a supervisor whose socket was closed has ended its tree, and itself. Safe to cancel.
pub(in crate::runtime) async fn until_ended(supervisor: &mut Child) {
    loop {
        // What it supervises may have stopped it, and would outlive it.
        if let Some(id) = supervisor.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process(id, Signal::CONT);
        }
        // Its exit status says nothing: what there is to say it has reported.
        if timeout(CONTINUE_AGAIN, supervisor.wait()).await.is_ok() {
            return;
        }
    }
}
