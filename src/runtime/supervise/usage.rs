//! What a tree of processes uses.

use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::Pid;

use super::tree;

/// What is counted together for all of them.
pub(in crate::runtime) struct TreeUsage {
    pub resident_bytes: u64,
    pub cpu_time: Duration,
    pub threads: u64,
}

/// What all processes below a supervisor use now; nothing, if there are none.
pub(in crate::runtime) fn of_tree(supervisor: u32) -> Option<TreeUsage> {
    let below = tree::below(Pid::from_raw(i32::try_from(supervisor).ok()?)?);
    if below.is_empty() {
        return None;
    }
    let pages: u64 = below.iter().map(|(_, stat)| stat.resident_pages).sum();
    let ticks: u64 = below.iter().map(|(_, stat)| stat.cpu_ticks).sum();
    let threads = below.iter().map(|(_, stat)| stat.threads).sum();
    Some(TreeUsage {
        threads,
        resident_bytes: pages.saturating_mul(page_size() as u64),
        cpu_time: Duration::from_millis(ticks.saturating_mul(1000) / clock_ticks_per_second().max(1)),
    })
}
