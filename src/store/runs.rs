//! The runs, one row each.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{from_sql, to_sql};
use crate::event::{PluginName, RunId, RunStatus, Timestamp};

/// A run before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    pub workflow_type: String,
    pub requirements: String,
    /// The plugin that provides the workflow; absent for the host's own.
    pub plugin: Option<PluginName>,
}

/// A run's summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub id: RunId,
    pub workflow_type: String,
    pub requirements: String,
    pub plugin: Option<PluginName>,
    pub started: Timestamp,
    /// Absent while it runs, in this process or another.
    pub status: Option<RunStatus>,
    pub reason: Option<String>,
    pub duration_us: Option<u64>,
    /// The last event that is stored.
    pub last_seq: u64,
}

const COLUMNS: &str = "id, workflow_type, requirements, plugin, started_us, status, reason, duration_us, last_seq";

pub(super) fn create(connection: &Connection, owner: &str, run: &NewRun) -> rusqlite::Result<RunId> {
    let sql = "INSERT INTO runs (owner, workflow_type, requirements, plugin, started_us) VALUES (?, ?, ?, ?, ?)";
    let plugin = run.plugin.as_ref().map(PluginName::as_str);
    let started = Timestamp::now().as_micros();
    connection.prepare_cached(sql)?.execute(params![owner, run.workflow_type, run.requirements, plugin, started])?;
    Ok(RunId(from_sql(connection.last_insert_rowid())))
}

pub(super) fn list(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<RunRow>> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs ORDER BY id DESC LIMIT ?"))?;
    query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], row)?.collect()
}

pub(super) fn get(connection: &Connection, id: RunId) -> rusqlite::Result<Option<RunRow>> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE id = ?"))?;
    query.query_row([to_sql(id.0)], row).optional()
}

fn row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let plugin = row.get::<_, Option<String>>(3)?.map(|name| name.parse().map_err(|error| bad_text(3, error)));
    let status = row
        .get::<_, Option<String>>(5)?
        .map(|word| serde_json::from_value(serde_json::Value::String(word)).map_err(|error| bad_text(5, error)));
    Ok(RunRow {
        id: RunId(from_sql(row.get(0)?)),
        workflow_type: row.get(1)?,
        requirements: row.get(2)?,
        plugin: plugin.transpose()?,
        started: Timestamp::from_micros(row.get(4)?),
        status: status.transpose()?,
        reason: row.get(6)?,
        duration_us: row.get::<_, Option<i64>>(7)?.map(from_sql),
        last_seq: from_sql(row.get(8)?),
    })
}

fn bad_text(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
