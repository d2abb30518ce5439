//! Moving what was committed from the database's log into its file, on a thread of its own.
//!
//! SQLite would do that within a commit, and a checkpoint waits for the disk: on a busy one for seconds, in which
//! nothing else is recorded, and what a person sees on the screen is lost when the process is killed.

use std::path::Path;
use std::sync::mpsc::{Receiver, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{StoreError, schema};

/// A log of so many pages (4 MiB) is moved.
const PAGES: i32 = 1000;
/// A log of so many pages (64 MiB) is moved within the commit after all: it must not grow without end when the disk
/// is slower than what is recorded.
const MOST_PAGES: i32 = 16 * PAGES;

/// The thread. Ends with the connection whose checkpoints it took over; to be dropped after that.
pub(super) struct Checkpoints {
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Takes over the checkpoints of `writer`, a connection to `file`.
    pub fn take_over(writer: &mut Connection, file: &Path) -> Result<Self, StoreError> {
        let connection = schema::open(file)?;
        let (ask, asked) = sync_channel(1);
        let thread = std::thread::Builder::new().name("checkpoints".into()).spawn(move || work(&connection, &asked));
        let thread = thread.map_err(|source| StoreError::Folder { path: file.to_owned(), source })?;
        let hooked = writer.wal_hook(Some(move |wal: &mut rusqlite::hooks::Wal, pages: i32| {
            if pages >= MOST_PAGES {
                return wal.checkpoint();
            }
            if pages >= PAGES {
                match ask.try_send(()) {
                    // Full: it is asked for already. Gone: the store is being closed, which does it too.
                    Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
                }
            }
            Ok(())
        }));
        hooked.map_err(|error| StoreError::of_database(file, error))?;
        Ok(Checkpoints { thread: Some(thread) })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        // A thread that panicked has said so; the database does not depend on it.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn work(connection: &Connection, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        // Passive: waits for no reader and keeps no writer waiting. What it can't move, the next one does.
        if let Err(error) = connection.pragma_query(None, "wal_checkpoint", |_| Ok(())) {
            tracing::warn!(%error, "the history's log can't be moved into its file");
        }
    }
}
