//! `orchestrator permission list [PLUGIN]`

use super::args::ListArgs;
use super::moment;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::table::{brief, table};
use crate::orchestrator::api::{Answer, Facade, Lasting, PermissionState, PermissionView, Query};

/// As much of a scope as fits into a column.
const SCOPE_WIDTH: usize = 40;

pub(super) async fn list(facade: &dyn Facade, console: &mut Console, args: ListArgs) -> Result<Exit, Failure> {
    let permissions = match args.plugin {
        // One that is not there is an error there.
        Some(plugin) => match facade.query(Query::Plugin { plugin }).await? {
            Answer::Plugin(detail) => detail.permissions,
            _ => return Err(Failure::unexpected_answer()),
        },
        None => match facade.query(Query::Permissions).await? {
            Answer::Permissions(permissions) => permissions,
            _ => return Err(Failure::unexpected_answer()),
        },
    };
    if args.json.json {
        console.json(&permissions)?
    } else {
        console.say(&listed(&permissions))?
    }
    Ok(Exit::Completed)
}

/// A table for people.
pub(in crate::cli) fn listed(permissions: &[PermissionView]) -> String {
    let rows: Vec<_> = permissions
        .iter()
        .map(|view| {
            let scope =
                if view.scope.is_empty() { "any".to_owned() } else { brief(&view.scope.join(", "), SCOPE_WIDTH) };
            let reason = view.reason.clone().unwrap_or_else(|| format!("without it: {}", view.permission.without_it()));
            [
                view.plugin.to_string(),
                view.permission.to_string(),
                scope,
                state(view),
                used(view),
                view.rule.clone(),
                reason,
            ]
        })
        .collect();
    table(["PLUGIN", "PERMISSION", "SCOPE", "STATE", "USED", "BY", "REASON"], &rows)
}

fn state(view: &PermissionView) -> String {
    let word = match (view.state, view.lasting) {
        (PermissionState::Granted, Some(Lasting::Once)) => "granted once",
        (PermissionState::Granted, Some(Lasting::Run)) => "granted for a run",
        (PermissionState::Granted, Some(Lasting::Session)) => "granted for this session",
        (PermissionState::Granted, Some(Lasting::Always) | None) => "granted",
        (PermissionState::Requested, _) => "requested",
        (PermissionState::Denied, Some(Lasting::Session)) => "denied for this session",
        (PermissionState::Denied, _) => "denied",
    };
    if view.optional { format!("{word} (optional)") } else { word.to_owned() }
}

fn used(view: &PermissionView) -> String {
    match view.last_used {
        Some(last) if view.used > 0 => format!("{}, last {}", view.used, moment(last)),
        Some(_) | None => "never".to_owned(),
    }
}
