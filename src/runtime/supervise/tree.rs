//! The processes below one, as `/proc` shows them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process};

/// Between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_millis(500);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Asks every descendant of this process to end, those that appear meanwhile as well, and kills the ones that have not
/// after [`GRACE`], or once `at_once` is set. Goes on until the process has ended: new ones may appear at any time.
pub(super) fn end(at_once: &AtomicBool) {
    let begun = Instant::now();
    let mut asked: Vec<Pid> = Vec::new();
    loop {
        let kill = begun.elapsed() >= GRACE || at_once.load(Ordering::Acquire);
        for (pid, _) in below(getpid()) {
            if kill {
                signal(pid, Signal::KILL);
            } else if !asked.contains(&pid) {
                asked.push(pid);
                signal(pid, Signal::TERM);
                // One that is stopped can't hear it.
                signal(pid, Signal::CONT);
            }
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn signal(pid: Pid, signal: Signal) {
    // It may have ended by itself.
    let _ = kill_process(pid, signal);
}

/// What is known of one process.
pub(super) struct Stat {
    parent: i32,
    /// Its own time on a processor and that of its children that have ended, in the kernel's ticks.
    pub(super) cpu_ticks: u64,
    pub(super) threads: u64,
    pub(super) resident_pages: u64,
}

/// Everything below `root` now.
pub(super) fn below(root: Pid) -> Vec<(Pid, Stat)> {
    let mut children: HashMap<i32, Vec<(i32, Stat)>> = HashMap::new();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok()) {
        if let Some(stat) = Stat::of(pid) {
            children.entry(stat.parent).or_default().push((pid, stat));
        }
    }
    let mut found = Vec::new();
    let mut next = vec![root.as_raw_nonzero().get()];
    while let Some(pid) = next.pop() {
        for (pid, stat) in children.remove(&pid).unwrap_or_default() {
            next.push(pid);
            found.extend(Pid::from_raw(pid).map(|pid| (pid, stat)));
        }
    }
    found
}

impl Stat {
    fn of(pid: i32) -> Option<Self> {
        Self::read(&std::fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    fn read(stat: &[u8]) -> Option<Self> {
        // The name before it is in parentheses and may hold anything.
        let after_name = stat.iter().rposition(|&byte| byte == b')')? + 1;
        let fields: Vec<&str> = std::str::from_utf8(&stat[after_name..]).ok()?.split_ascii_whitespace().collect();
        // Counted from the state, which proc_pid_stat(5) calls the third field.
        let field = |number: usize| fields.get(number - 3);
        let ticks = (14..=17).filter_map(|number| field(number)?.parse::<u64>().ok());
        Some(Stat {
            parent: field(4)?.parse().ok()?,
            cpu_ticks: ticks.sum(),
            threads: field(20)?.parse().ok()?,
            resident_pages: field(24)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_full_of_parentheses_hides_nothing() {
        let line = b"7 (a) R 1 (x)) S 5 7 7 0 -1 4 1 0 0 0 10 20 3 4 20 0 1 0 99 1000 42 18446744073709551615";
        let stat = Stat::read(line).unwrap();
        assert_eq!((stat.parent, stat.cpu_ticks, stat.threads, stat.resident_pages), (5, 37, 1, 42));
        assert!(Stat::read(b"7 (cut off) S 5").is_none());
    }
}
