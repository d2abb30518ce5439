//! Telling a file that was written from one that was not, without reading it.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Which file it was, its length, and when it was written; one that is not there has a stamp as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp(Option<(u64, u64, i64, i64)>);

impl Stamp {
    /// The file's as it is now. Whoever reads the file looks at this first: what is written meanwhile is then seen the
    /// next time. Blocks on the disk.
    pub fn of(file: &Path) -> Self {
        let found = file.metadata().ok();
        Stamp(found.map(|found| (found.ino(), found.len(), found.mtime(), found.mtime_nsec())))
    }
}
