//! The tables, and how the database is opened.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, uses};

/// The version of the tables, in `user_version`.
///
/// 1: runs, events, bodies. 2: uses.
const VERSION: i64 = 2;

/// How long to wait for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_RETRY: Duration = Duration::from_millis(10);

/// `stream` is a run's number, or `host:` and the owner's id. `status` is null while the run is unfinished; it and
/// what follows it are a summary of the events, changed in the transaction that adds them.
const TABLES: &str = "
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    workflow_type TEXT NOT NULL,
    requirements TEXT NOT NULL,
    plugin TEXT,
    started_us INTEGER NOT NULL,
    status TEXT,
    reason TEXT,
    duration_us INTEGER,
    last_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX unfinished_runs ON runs (owner) WHERE status IS NULL;
CREATE TABLE events (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT;
CREATE TABLE bodies (
    hash TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
";

/// Opens the database, and makes its tables if it is new.
pub(super) fn open(file: &Path) -> Result<Connection, StoreError> {
    // SQLite's own waiting does not cover the change to WAL, nor another process that just closes the file.
    let give_up = Instant::now() + BUSY_TIMEOUT;
    loop {
        match try_open(file) {
            Err(StoreError::Busy { .. }) if Instant::now() < give_up => std::thread::sleep(BUSY_RETRY),
            result => return result,
        }
    }
}

fn try_open(file: &Path) -> Result<Connection, StoreError> {
    let error = |source| StoreError::of_database(file, source);
    make_private(file)
        .map_err(|source| StoreError::Folder { path: file.parent().unwrap_or(file).to_owned(), source })?;
    let mut connection = Connection::open(file).map_err(error)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(error)?;
    let found = version(&connection).map_err(error)?;
    if found > VERSION {
        return Err(StoreError::Newer { path: file.to_owned(), found, known: VERSION });
    }
    prepare(&mut connection).map_err(error)?;
    Ok(connection)
}

/// Makes the file if it is not there. SQLite would make it as the umask says, and gives its other files the mode of
/// this one.
fn make_private(file: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    // A commit survives the death of the process; only a power cut may take the last few.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again, since two processes may find the file empty, or old, at once.
    let found = version(&transaction)?;
    if found < 1 {
        transaction.execute_batch(TABLES)?;
    }
    if found < 2 {
        transaction.execute_batch(uses::TABLE)?;
        uses::count_recorded(&transaction)?;
    }
    if found < VERSION {
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.execute_batch(super::calls::TABLE)?;
    transaction.commit()
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
