//! How often each plugin used what was granted to it: counted as the decisions are recorded.

use orchestrator_protocol::permission::Permission;
use rusqlite::{Connection, params};

use super::from_sql;
use crate::event::{Decision, Event, EventKind, PluginName, Timestamp};

/// Scopes that are counted apart, for each permission of a plugin; all others are counted together.
const MAX_SCOPES: i64 = 500;

/// The scope of those that are counted together, and of what was used without one.
const NO_SCOPE: &str = "";

pub(super) const TABLE: &str = "
CREATE TABLE uses (
    plugin TEXT NOT NULL,
    permission TEXT NOT NULL,
    scope TEXT NOT NULL,
    used INTEGER NOT NULL,
    first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL,
    PRIMARY KEY (plugin, permission, scope)
) STRICT;
";

/// How often something was used, and when first and last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub plugin: PluginName,
    pub permission: Permission,
    /// As the decision told it; absent where it had none, or where there were too many to count them apart.
    pub scope: Option<String>,
    pub used: u64,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// Counts the event if it is a use.
pub(super) fn count(connection: &Connection, event: &Event) -> rusqlite::Result<()> {
    let (EventKind::PermissionChecked { permission, scope, decision: Decision::Granted, .. }, Some(plugin)) =
        (&event.kind, &event.plugin)
    else {
        return Ok(());
    };
    let (plugin, permission, time) = (plugin.as_str(), permission.as_str(), event.time.as_micros());
    let scope = scope.as_deref().unwrap_or(NO_SCOPE);
    if again(connection, plugin, permission, scope, time)? {
        return Ok(());
    }
    let scopes: i64 = connection
        .prepare_cached("SELECT count(*) FROM uses WHERE plugin = ? AND permission = ?")?
        .query_row([plugin, permission], |row| row.get(0))?;
    let scope = if scopes < MAX_SCOPES { scope } else { NO_SCOPE };
    if again(connection, plugin, permission, scope, time)? {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO uses (plugin, permission, scope, used, first_us, last_us) VALUES (?1, ?2, ?3, 1, ?4, ?4)",
        )?
        .execute(params![plugin, permission, scope, time])?;
    Ok(())
}

/// Counts one more where there is one already; whether there is.
fn again(connection: &Connection, plugin: &str, permission: &str, scope: &str, time: i64) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached(
            "UPDATE uses SET used = used + 1, first_us = min(first_us, ?4), last_us = max(last_us, ?4)
             WHERE plugin = ?1 AND permission = ?2 AND scope = ?3",
        )?
        .execute(params![plugin, permission, scope, time])?;
    Ok(changed > 0)
}

/// Counts what was recorded before uses were counted.
pub(super) fn count_recorded(connection: &Connection) -> rusqlite::Result<()> {
    let mut query = connection.prepare("SELECT event FROM events WHERE event LIKE '%\"permission_checked\"%'")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let json: String = row.get(0)?;
        // What can't be read is told where it is shown.
        if let Ok(event) = serde_json::from_str(&json) {
            count(connection, &event)?;
        }
    }
    Ok(())
}

/// All uses, by plugin, permission and scope. What this version has no name for is left out.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Use>> {
    let mut query = connection.prepare_cached(
        "SELECT plugin, permission, scope, used, first_us, last_us FROM uses ORDER BY plugin, permission, scope",
    )?;
    let rows = query.query_map([], |row| {
        let (plugin, permission, scope): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (Ok(plugin), Ok(permission)) = (plugin.parse(), permission.parse()) else { return Ok(None) };
        let scope = (scope != NO_SCOPE).then_some(scope);
        let (used, first, last) = (from_sql(row.get(3)?), row.get(4)?, row.get(5)?);
        let (first, last) = (Timestamp::from_micros(first), Timestamp::from_micros(last));
        Ok(Some(Use { plugin, permission, scope, used, first, last }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{RunId, SCHEMA_VERSION, StreamId};
    use crate::store::Store;

    fn checked(seq: u64, scope: Option<&str>, decision: Decision) -> Event {
        let (permission, rule) = (Permission::Spawn, "a rule".to_owned());
        Event {
            v: SCHEMA_VERSION,
            stream: StreamId::Run(RunId(1)),
            seq,
            time: Timestamp::from_micros(1_000_000 * i64::try_from(seq).unwrap()),
            span: None,
            parent: None,
            plugin: Some("demo".parse().unwrap()),
            kind: EventKind::PermissionChecked { permission, scope: scope.map(str::to_owned), decision, rule },
        }
    }

    fn add(store: &Store, event: &Event) {
        crate::store::journal::add_event(&store.writer(), "1", event).unwrap();
    }

    #[test]
    fn what_was_granted_is_counted_once_for_each_use_and_survives_the_process() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let cargo = Some("cargo");
        for event in [
            checked(1, cargo, Decision::Granted),
            checked(2, cargo, Decision::Denied),
            checked(3, Some("make"), Decision::Granted),
            checked(4, cargo, Decision::Granted),
            checked(4, cargo, Decision::Granted),
        ] {
            add(&store, &event);
        }
        drop(store);
        let uses = Store::open(dir.path()).unwrap().uses().unwrap();
        let told: Vec<_> = uses.iter().map(|one| (one.scope.as_deref(), one.used)).collect();
        assert_eq!(told, [(cargo, 2), (Some("make"), 1)]);
        let seconds = |time: Timestamp| time.as_micros() / 1_000_000;
        assert_eq!((seconds(uses[0].first), seconds(uses[0].last)), (1, 4));
    }

    #[test]
    fn a_history_of_before_uses_were_counted_is_counted_when_it_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        add(&store, &checked(1, None, Decision::Granted));
        add(&store, &checked(2, None, Decision::Granted));
        store.writer().execute_batch("DROP TABLE uses; PRAGMA user_version = 1;").unwrap();
        drop(store);
        let uses = Store::open(dir.path()).unwrap().uses().unwrap();
        assert_eq!(uses.iter().map(|one| (one.scope.clone(), one.used)).collect::<Vec<_>>(), [(None, 2)]);
    }

    #[test]
    fn a_plugin_that_makes_up_scopes_fills_no_table() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let more = u64::try_from(MAX_SCOPES).unwrap() + 20;
        for seq in 1..=more {
            add(&store, &checked(seq, Some(&format!("program{seq}")), Decision::Granted));
        }
        let uses = store.uses().unwrap();
        assert!(uses.len() <= usize::try_from(MAX_SCOPES).unwrap() + 1, "{}", uses.len());
        assert_eq!(uses.iter().map(|one| one.used).sum::<u64>(), more, "none is lost");
    }
}
