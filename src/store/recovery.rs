//! Ending the runs of processes that are gone.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::journal::{add_event, last_event};
use super::{Store, StoreError, from_sql, to_sql};
use crate::event::{Event, EventKind, RunId, RunStatus, SCHEMA_VERSION, StreamId, Timestamp};

const REASON: &str = "the host process ended before the run did";

impl Store {
    /// Ends what owners that are gone left behind, and removes their lock files.
    pub(super) fn recover_all(&self) -> Result<(), StoreError> {
        let path = || self.owner.folder().to_owned();
        let others = self.owner.others().map_err(|source| StoreError::Folder { path: path(), source })?;
        for owner in others {
            self.recover_owner(&owner);
        }
        self.recover_unfinished()
    }

    /// Ends the unfinished runs whose owner is gone.
    pub(super) fn recover_unfinished(&self) -> Result<(), StoreError> {
        let owners = unfinished_owners(&self.reader()).map_err(|error| self.error(error))?;
        for owner in owners {
            self.recover_owner(&owner);
        }
        Ok(())
    }

    /// Ends the run if it is unfinished and its owner is gone.
    pub(super) fn recover_run(&self, run: RunId) -> Result<(), StoreError> {
        let owner = unfinished_owner(&self.reader(), run).map_err(|error| self.error(error))?;
        if let Some(owner) = owner {
            self.recover_owner(&owner);
        }
        Ok(())
    }

    /// What fails is only logged: a full disk must not keep anybody from looking at the history, and it is tried
    /// again whenever somebody does.
    fn recover_owner(&self, owner: &str) {
        let gone = match self.owner.take_if_gone(owner) {
            Ok(Some(gone)) => gone,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, owner, "whether the owner of a run lives can't be told");
                return;
            }
        };
        if let Err(error) = interrupt_runs(&mut self.writer(), owner) {
            let error = self.error(error);
            tracing::warn!(%error, owner, "the runs of a process that is gone can't be ended");
            return;
        }
        if let Err(error) = gone.forget() {
            tracing::warn!(%error, owner, "the lock file of a process that is gone can't be removed");
        }
    }
}

fn unfinished_owners(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare_cached("SELECT DISTINCT owner FROM runs WHERE status IS NULL")?;
    query.query_map([], |row| row.get(0))?.collect()
}

fn unfinished_owner(connection: &Connection, run: RunId) -> rusqlite::Result<Option<String>> {
    let mut query = connection.prepare_cached("SELECT owner FROM runs WHERE id = ? AND status IS NULL")?;
    query.query_row([to_sql(run.0)], |row| row.get(0)).optional()
}

/// In one transaction that excludes other writers, so that of two processes only one finds the runs unfinished.
fn interrupt_runs(connection: &mut Connection, owner: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (run, started, last_seq) in unfinished_runs(&transaction, owner)? {
        let stream = StreamId::Run(run);
        let last = last_event(&transaction, &run.to_string())?;
        let last_time = last.map_or(started, |event| event.time);
        let duration = last_time.as_micros().saturating_sub(started.as_micros());
        let event = Event {
            v: SCHEMA_VERSION,
            stream,
            seq: last_seq + 1,
            time: Timestamp::now().max(last_time),
            span: None,
            parent: None,
            plugin: None,
            kind: EventKind::RunFinished {
                status: RunStatus::Interrupted,
                reason: Some(REASON.to_owned()),
                duration_us: from_sql(duration),
            },
        };
        add_event(&transaction, &run.to_string(), &event)?;
    }
    transaction.commit()
}

fn unfinished_runs(connection: &Connection, owner: &str) -> rusqlite::Result<Vec<(RunId, Timestamp, u64)>> {
    let mut query =
        connection.prepare("SELECT id, started_us, last_seq FROM runs WHERE owner = ? AND status IS NULL")?;
    let rows = query.query_map(params![owner], |row| {
        Ok((RunId(from_sql(row.get(0)?)), Timestamp::from_micros(row.get(1)?), from_sql(row.get(2)?)))
    })?;
    rows.collect()
}
