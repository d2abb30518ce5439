//! The history: every run's events, kept in one SQLite database per project.
//!
//! [`Store`] numbers the runs, is the bus's [`crate::event::bus::Journal`], and reads back what it keeps. Several
//! processes may use one database: each holds a lock for as long as it lives ([`owner`]), and what a dead one left
//! unfinished is ended by whoever looks next ([`recovery`]).
//!
//! Everything here blocks; call it from a blocking thread. It must not know who reads, or what the events mean
//! beyond a run's summary.

mod calls;
mod checkpoint;
mod deliveries;
mod error;
mod journal;
pub mod owner;
mod recovery;
mod runs;
mod schema;
#[cfg(test)]
mod tests;
mod uses;

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub use calls::HookCalls;
pub use error::StoreError;
pub use runs::{NewRun, RunRow};
pub use uses::Use;

use self::checkpoint::Checkpoints;
use self::owner::Owner;
use crate::event::{Event, RunId, StreamId};

/// The database's file name within the state directory.
const FILE: &str = "history.db";

/// The history of a project, opened by this process. May be used from any thread.
pub struct Store {
    file: PathBuf,
    owner: Owner,
    writer: Mutex<Connection>,
    /// Apart from the writer, so that who looks does not wait for what is being recorded.
    reader: Mutex<Connection>,
    /// The writer's; below it, since fields are dropped in their order.
    _checkpoints: Checkpoints,
}

impl Store {
    /// Opens the history in `state_dir`, which is created if need be, and ends the runs of processes that are gone.
    pub fn open(state_dir: &Path) -> Result<Store, StoreError> {
        let owners = state_dir.join("owners");
        // The parent as well, if it is made here: what is kept is its owner's business alone.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&owners)
            .map_err(|source| StoreError::Folder { path: owners.clone(), source })?;
        let file = state_dir.join(FILE);
        let mut writer = schema::open(&file)?;
        let reader = schema::open(&file)?;
        let checkpoints = Checkpoints::take_over(&mut writer, &file)?;
        let owner = Owner::register(&owners).map_err(|source| StoreError::Folder { path: owners, source })?;
        let (writer, reader) = (Mutex::new(writer), Mutex::new(reader));
        let store = Store { file, owner, writer, reader, _checkpoints: checkpoints };
        store.recover_all()?;
        Ok(store)
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Gives a new run its number, which no other run of the project has or will have.
    pub fn create_run(&self, run: &NewRun) -> Result<RunId, StoreError> {
        runs::create(&self.writer(), self.owner.id(), run).map_err(|error| self.error(error))
    }

    /// The newest runs, newest first. Runs whose process is gone are ended first.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunRow>, StoreError> {
        self.recover_unfinished()?;
        runs::list(&self.reader(), limit).map_err(|error| self.error(error))
    }

    /// A run, if there is one of that number. If its process is gone, it is ended first.
    pub fn run(&self, id: RunId) -> Result<Option<RunRow>, StoreError> {
        self.recover_run(id)?;
        runs::get(&self.reader(), id).map_err(|error| self.error(error))
    }

    /// At most `limit` stored events of a stream, from the one numbered `from_seq`, in order. The host's stream is
    /// this process's own.
    pub fn events(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        Ok(self.page(stream, from_seq, limit)?.events)
    }

    /// How often each plugin used what was granted to it, as far as the history goes.
    pub fn uses(&self) -> Result<Vec<Use>, StoreError> {
        uses::all(&self.reader()).map_err(|error| self.error(error))
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        lock(&self.writer)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        lock(&self.reader)
    }

    fn error(&self, error: rusqlite::Error) -> StoreError {
        StoreError::of_database(&self.file, error)
    }

    /// The stream's name in the database.
    fn key(&self, stream: StreamId) -> String {
        match stream {
            StreamId::Host => format!("host:{}", self.owner.id()),
            StreamId::Run(run) => run.to_string(),
        }
    }
}

/// A transaction that a panic left open is rolled back when it is dropped, so the connection stays usable.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// SQLite's integers are signed; none of our numbers comes near the border.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
