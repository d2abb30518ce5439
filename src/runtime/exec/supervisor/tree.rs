//! Ends all descendants of this process.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process};

/// Between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_millis(500);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Asks every descendant to end, those that appear meanwhile as well, and kills the ones that have not after
/// [`GRACE`]. Goes on until the process has ended: new ones may appear at any time.
pub(super) fn end() {
    let begun = Instant::now();
    let mut asked: Vec<Pid> = Vec::new();
    loop {
        let kill = begun.elapsed() >= GRACE;
        for pid in descendants() {
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

/// Everything below this process, as `/proc` shows it now.
fn descendants() -> Vec<Pid> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok()) {
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut next = vec![getpid().as_raw_nonzero().get()];
    while let Some(pid) = next.pop() {
        let below = children.remove(&pid).unwrap_or_default();
        found.extend(below.iter().copied().filter_map(Pid::from_raw));
        next.extend(below);
    }
    found
}

fn parent(pid: i32) -> Option<i32> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name before it is in parentheses and may hold anything.
    let after_name = stat.iter().rposition(|&byte| byte == b')')? + 1;
    let rest = std::str::from_utf8(&stat[after_name..]).ok()?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}
