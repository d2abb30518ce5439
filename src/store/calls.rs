//! How often each hook handler was called, in all runs and outside of them.

use rusqlite::{Connection, params};

use super::{Store, StoreError, from_sql};
use crate::event::{Event, EventKind};

/// Added to what older versions made: they ignore it.
pub(super) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS hook_calls (
    plugin TEXT NOT NULL,
    hook TEXT NOT NULL,
    handler TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (plugin, hook, handler)
) STRICT, WITHOUT ROWID;
";

/// A handler, by its names, and how often it was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookCalls {
    pub plugin: String,
    pub hook: String,
    pub handler: String,
    pub calls: u64,
}

impl Store {
    /// Of every handler that was ever called in this project.
    pub fn hook_calls(&self) -> Result<Vec<HookCalls>, StoreError> {
        let reader = self.reader();
        let read = || {
            let mut query = reader.prepare_cached("SELECT plugin, hook, handler, calls FROM hook_calls")?;
            let rows = query.query_map([], |row| {
                let (plugin, hook, handler) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(HookCalls { plugin, hook, handler, calls: from_sql(row.get(3)?) })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| self.error(error))
    }
}

/// Counts a new event, if it is a handler's call.
pub(super) fn count(connection: &Connection, event: &Event) -> rusqlite::Result<()> {
    let (EventKind::HookStarted { hook, handler, .. }, Some(plugin)) = (&event.kind, &event.plugin) else {
        return Ok(());
    };
    let mut upsert = connection.prepare_cached(
        "INSERT INTO hook_calls (plugin, hook, handler, calls) VALUES (?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET calls = calls + 1",
    )?;
    upsert.execute(params![plugin.as_str(), hook.as_str(), handler])?;
    Ok(())
}
