//! What can go wrong with the history, and what helps.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::event::StreamId;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the folder {} can't be used: {source}. Make it writable for you", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error(
        "the history {} was written by a newer orchestrator (its schema is {found}, this one knows up to {known}). \
         Use that version, or move the file away to start a new history",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("the history {} is damaged ({source}). Move it away to start a new one", path.display())]
    Damaged { path: PathBuf, source: rusqlite::Error },
    #[error("the history {} can't be written. Make the file and its folder writable for you", path.display())]
    ReadOnly { path: PathBuf },
    #[error("there is no space left for the history {}. Free some on its disk", path.display())]
    Full { path: PathBuf },
    #[error("another process keeps the history {} locked. End it, or wait until it is done", path.display())]
    Busy { path: PathBuf },
    #[error("the history {} can't be used: {source}", path.display())]
    Other { path: PathBuf, source: rusqlite::Error },
    #[error(
        "event {seq} of stream {stream} in the history {} can't be read ({source}). The file may be damaged; \
         move it away to start a new history",
        path.display()
    )]
    Event { path: PathBuf, stream: StreamId, seq: u64, source: serde_json::Error },
}

impl StoreError {
    pub(super) fn of_database(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { path, source },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::ReadOnly { path }
            }
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            _ => StoreError::Other { path, source },
        }
    }
}
