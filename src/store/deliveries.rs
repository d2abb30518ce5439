//! Deliveries of hooks outside of runs.

use rusqlite::Connection;

use super::{Store, StoreError};
use crate::event::{Event, StreamId};

impl Store {
    /// The newest `limit` that are over, oldest first, by every process that had the project open.
    pub fn host_deliveries(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        let rows = read(&self.reader(), limit).map_err(|error| self.error(error))?;
        let parse = |(seq, json): (u64, String)| {
            let unreadable =
                |source| StoreError::Event { path: self.file.clone(), stream: StreamId::Host, seq, source };
            serde_json::from_str(&json).map_err(unreadable)
        };
        rows.into_iter().rev().map(parse).collect()
    }
}

fn read(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<(u64, String)>> {
    // `;` follows `:`, so that the range holds every process's stream and no run's.
    let mut query = connection.prepare_cached(
        "SELECT seq, event FROM events
         WHERE stream >= 'host:' AND stream < 'host;' AND event ->> '$.type' = 'hook_finished'
         ORDER BY event ->> '$.time' DESC, seq DESC LIMIT ?",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map([limit], |row| Ok((super::from_sql(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}
