//! The store as the bus's journal: events and bodies in, events out.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Store, StoreError, calls, from_sql, to_sql, uses};
use crate::event::bus::{Journal, JournalError, Page, Record};
use crate::event::{BodyRef, Event, EventKind, StreamId};

impl Journal for Store {
    fn append(&self, records: &[Record]) -> Result<(), JournalError> {
        self.add(records).map_err(|error| JournalError::new(self.error(error)))
    }

    fn read(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Page, JournalError> {
        let mut page = self.page(stream, from_seq, limit).map_err(JournalError::new)?;
        // Whoever follows a run of another process must also learn of its end when that process died.
        if let (StreamId::Run(run), true, false) = (stream, page.events.is_empty(), page.is_last) {
            self.recover_run(run).map_err(JournalError::new)?;
            page = self.page(stream, from_seq, limit).map_err(JournalError::new)?;
        }
        Ok(page)
    }
}

impl Store {
    /// A kept body, if it was recorded: at most the first part of what `body.bytes` counts.
    pub fn body(&self, body: &BodyRef) -> Result<Option<Vec<u8>>, StoreError> {
        let reader = self.reader();
        let bytes = reader
            .query_row("SELECT bytes FROM bodies WHERE hash = ?", [body.hash.as_str()], |row| row.get(0))
            .optional();
        bytes.map_err(|error| self.error(error))
    }

    fn add(&self, records: &[Record]) -> rusqlite::Result<()> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for record in records {
            match record {
                Record::Event(event) => add_event(&transaction, &self.key(event.stream), event)?,
                Record::Body { hash, bytes } => {
                    let mut insert = transaction
                        .prepare_cached("INSERT INTO bodies (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING")?;
                    insert.execute(params![hash.as_str(), bytes])?;
                }
            }
        }
        transaction.commit()
    }

    pub(super) fn page(&self, stream: StreamId, from_seq: u64, limit: usize) -> Result<Page, StoreError> {
        let reader = self.reader();
        // Asked before the events: a run that had ended has all its events in the database.
        let is_over = is_over(&reader, stream).map_err(|error| self.error(error))?;
        let rows = read(&reader, &self.key(stream), from_seq, limit).map_err(|error| self.error(error))?;
        let is_last = is_over && rows.len() < limit;
        let parse = |(seq, json): (u64, String)| {
            let unreadable = |source| StoreError::Event { path: self.file.clone(), stream, seq, source };
            serde_json::from_str(&json).map_err(unreadable)
        };
        Ok(Page { events: rows.into_iter().map(parse).collect::<Result<_, _>>()?, is_last })
    }
}

fn is_over(connection: &Connection, stream: StreamId) -> rusqlite::Result<bool> {
    match stream {
        StreamId::Host => Ok(false),
        StreamId::Run(run) => {
            connection.prepare_cached("SELECT 1 FROM runs WHERE id = ? AND status IS NOT NULL")?.exists([to_sql(run.0)])
        }
    }
}

fn read(connection: &Connection, key: &str, from_seq: u64, limit: usize) -> rusqlite::Result<Vec<(u64, String)>> {
    let mut query = connection
        .prepare_cached("SELECT seq, event FROM events WHERE stream = ? AND seq >= ? ORDER BY seq LIMIT ?")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows =
        query.query_map(params![key, to_sql(from_seq), limit], |row| Ok((from_sql(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}

/// The stream's last stored event; none if there is none that can be read.
pub(super) fn last_event(connection: &Connection, key: &str) -> rusqlite::Result<Option<Event>> {
    let mut query = connection.prepare_cached("SELECT event FROM events WHERE stream = ? ORDER BY seq DESC LIMIT 1")?;
    let json: Option<String> = query.query_row([key], |row| row.get(0)).optional()?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Adds an event and brings its run's summary up to date. One that is there already changes nothing.
pub(super) fn add_event(connection: &Connection, key: &str, event: &Event) -> rusqlite::Result<()> {
    let json = serde_json::to_string(event).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let mut insert =
        connection.prepare_cached("INSERT INTO events (stream, seq, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")?;
    if insert.execute(params![key, to_sql(event.seq), json])? == 0 {
        return Ok(());
    }
    uses::count(connection, event)?;
    calls::count(connection, event)?;
    let StreamId::Run(run) = event.stream else { return Ok(()) };
    let (run, seq) = (to_sql(run.0), to_sql(event.seq));
    match &event.kind {
        EventKind::RunStarted { .. } => connection
            .prepare_cached("UPDATE runs SET last_seq = ?, started_us = ? WHERE id = ?")?
            .execute(params![seq, event.time.as_micros(), run])?,
        EventKind::RunFinished { status, reason, duration_us } => connection
            .prepare_cached("UPDATE runs SET last_seq = ?, status = ?, reason = ?, duration_us = ? WHERE id = ?")?
            .execute(params![seq, status.as_str(), reason, to_sql(*duration_us), run])?,
        _ => connection.prepare_cached("UPDATE runs SET last_seq = ? WHERE id = ?")?.execute(params![seq, run])?,
    };
    Ok(())
}
