//! What a process may use.

use serde::{Deserialize, Serialize};

/// Bounds that the kernel keeps for one process; what it can't count for a whole tree is a watchdog's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Private memory, in bytes. Reserved address space does not count: a threaded runtime reserves far more than it
    /// uses.
    pub data_bytes: u64,
    /// The largest file it may write, in bytes.
    pub file_bytes: u64,
    /// Descriptors at once.
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { data_bytes: 512 * 1024 * 1024, file_bytes: 256 * 1024 * 1024, open_files: 512 }
    }
}

/// The stack of a thread that asks for no size of its own. Each counts as data: with the usual 8 MiB a few dozen
/// threads would use up the limit without using memory.
#[cfg(target_os = "linux")]
const STACK_BYTES: u64 = 1024 * 1024;

#[cfg(target_os = "linux")]
impl Limits {
    /// Sets them for this process and what it starts. What is there already and lower stays.
    pub(super) fn apply(&self) -> std::io::Result<()> {
        use rustix::process::Resource;
        both(Resource::Core, 0)?;
        both(Resource::Data, self.data_bytes)?;
        both(Resource::Fsize, self.file_bytes)?;
        both(Resource::Nofile, self.open_files)?;
        both(Resource::Memlock, 0)?;
        soft(Resource::Stack, STACK_BYTES)
    }
}

#[cfg(target_os = "linux")]
fn both(resource: rustix::process::Resource, most: u64) -> std::io::Result<()> {
    let most = rustix::process::getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
    let limit = rustix::process::Rlimit { current: Some(most), maximum: Some(most) };
    Ok(rustix::process::setrlimit(resource, limit)?)
}

#[cfg(target_os = "linux")]
fn soft(resource: rustix::process::Resource, most: u64) -> std::io::Result<()> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let current = maximum.map_or(most, |maximum| maximum.min(most));
    let limit = rustix::process::Rlimit { current: Some(current), maximum };
    Ok(rustix::process::setrlimit(resource, limit)?)
}
