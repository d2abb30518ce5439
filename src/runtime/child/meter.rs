//! Keeps a child within its bounds: looks at what it uses, now and then, and ends one that uses more.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::seen::Seen;
use crate::runtime::session::Session;
use crate::runtime::supervise;
use crate::sandbox::{Quota, Sample, Watch};

/// Between two looks while the plugin is asked for something.
const BUSY: Duration = Duration::from_millis(250);
/// And while it is not.
const IDLE: Duration = Duration::from_secs(1);
/// Between two looks at its folders.
const FOLDERS: Duration = Duration::from_secs(5);
/// How much longer than its bound a process may compute before the kernel ends it, in case nobody looks.
const KERNEL_LATER: u64 = 5;
/// A folder with more entries than this is counted no further: they alone fill any disk with names.
const MOST_ENTRIES: u64 = 200_000;

/// A child that is looked after.
pub(super) struct Meter {
    pub(super) session: Arc<Session>,
    pub(super) kill: CancellationToken,
    pub(super) process: u32,
    pub(super) supervisor: u32,
    pub(super) quota: Quota,
    /// The folders that are its own.
    pub(super) folders: Vec<PathBuf>,
    /// Told what was found.
    pub(super) seen: Arc<Seen>,
}

impl Meter {
    /// Looks until the session is over. A bound that is crossed ends it, with the reason, and the child.
    pub(super) async fn run(self) {
        let mut ended = self.session.ended();
        let work = self.look_after();
        tokio::select! {
            biased;
            _ = ended.wait_for(Option::is_some) => {}
            () = work => {}
        }
    }

    async fn look_after(&self) {
        let mut watch = Watch::new(self.quota);
        let mut folders_next = Instant::now();
        let mut kernel_since = None;
        loop {
            let open = self.session.open_calls();
            sleep(if open.is_empty() { IDLE } else { BUSY }).await;
            let disk = match Instant::now() >= folders_next {
                true => {
                    let used = self.folders_use().await;
                    folders_next = Instant::now() + FOLDERS;
                    used
                }
                false => None,
            };
            // Its end is noticed elsewhere.
            let Some(usage) = supervise::of_tree(self.supervisor) else { continue };
            let sample = Sample { memory: usage.resident_bytes, cpu: usage.cpu_time, threads: usage.threads, disk };
            let looked = watch.look(sample, self.session.open_calls().into_iter().map(|call| call.0));
            let since = watch.since();
            self.seen.looked(since, disk);
            if since != kernel_since {
                self.tell_kernel(since);
                kernel_since = since;
            }
            if let Err(crossed) = looked {
                self.session.end(&format!("it {crossed}"));
                self.kill.cancel();
                return;
            }
        }
    }

    async fn folders_use(&self) -> Option<u64> {
        let folders = self.folders.clone();
        let supervisor = self.supervisor;
        let count = move || {
            let there = folders.iter().map(|folder| size(folder)).fold(0, u64::saturating_add);
            there.saturating_add(supervise::deleted_of_tree(supervisor, &folders))
        };
        let counted = tokio::task::spawn_blocking(count);
        counted.await.ok()
    }

    /// The kernel ends a process that computes for longer, should nobody look. It counts from the process's start.
    fn tell_kernel(&self, since: Option<Duration>) {
        let Some(pid) = i32::try_from(self.process).ok().and_then(Pid::from_raw) else { return };
        let current = since.map(|since| since.as_secs() + self.quota.cpu.as_secs() + KERNEL_LATER);
        let limit = Rlimit { current, maximum: getrlimit(Resource::Cpu).maximum };
        // One that is gone needs no limit.
        let _ = prlimit(Some(pid), Resource::Cpu, limit);
    }
}

/// What a folder and everything below it occupies. What can't be read, or goes away meanwhile, occupies nothing; links
/// are not followed.
fn size(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let (mut bytes, mut entries) = (0_u64, 0_u64);
    let mut next = vec![folder.to_owned()];
    while let Some(dir) = next.pop() {
        for entry in dir.read_dir().into_iter().flatten().flatten() {
            let Ok(found) = entry.metadata() else { continue };
            bytes = bytes.saturating_add(found.blocks().saturating_mul(512));
            entries += 1;
            if entries > MOST_ENTRIES {
                return u64::MAX;
            }
            if found.is_dir() {
                next.push(entry.path());
            }
        }
    }
    bytes
}
