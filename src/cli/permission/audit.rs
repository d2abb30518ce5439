//! `orchestrator permission audit [PLUGIN]`

use super::args::AuditArgs;
use super::moment;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::table::{brief, table};
use crate::orchestrator::api::{Answer, AuditEntry, Facade, Query};

/// As much of a permission with its scope as fits into a column.
const PERMISSION_WIDTH: usize = 40;

pub(super) async fn audit(facade: &dyn Facade, console: &mut Console, args: AuditArgs) -> Result<Exit, Failure> {
    let AuditArgs { plugin, limit, json } = args;
    let Answer::Audit(entries) = facade.query(Query::Audit { plugin, limit }).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json.json {
        console.json(&entries)?
    } else if entries.is_empty() {
        console.say_line("Nothing was decided yet.")?
    } else {
        console.say(&listed(&entries))?
    }
    Ok(Exit::Completed)
}

fn listed(entries: &[AuditEntry]) -> String {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            [
                moment(entry.time),
                entry.who.clone(),
                entry.what.as_str().to_owned(),
                entry.plugin.as_ref().map(ToString::to_string).unwrap_or_default(),
                permission(entry),
                entry.decision.map(|decision| decision.as_str().to_owned()).unwrap_or_default(),
                why(entry),
            ]
        })
        .collect();
    table(["TIME (UTC)", "WHO", "WHAT", "PLUGIN", "PERMISSION", "DECISION", "WHY"], &rows)
}

fn permission(entry: &AuditEntry) -> String {
    let Some(permission) = entry.permission else { return String::new() };
    match entry.scope.as_slice() {
        [] => permission.to_string(),
        scope => brief(&format!("{permission} ({})", scope.join(", ")), PERMISSION_WIDTH),
    }
}

fn why(entry: &AuditEntry) -> String {
    match entry.run {
        Some(run) if entry.why.is_empty() => format!("in run #{run}"),
        Some(run) => format!("{}, in run #{run}", entry.why),
        None => entry.why.clone(),
    }
}
