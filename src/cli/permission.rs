//! `orchestrator permission`

use super::args::PermissionCommand;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::{brief, table};
use crate::orchestrator::api::{Answer, Command, Facade, PermissionState, PermissionView, Query};

pub async fn permission(
    facade: &dyn Facade,
    console: &mut Console,
    command: PermissionCommand,
) -> Result<Exit, Failure> {
    match command {
        PermissionCommand::List(json) => {
            let Answer::Permissions(permissions) = facade.query(Query::Permissions).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json {
                console.json(&permissions)?
            } else {
                console.say(&listed(&permissions))?
            }
            Ok(Exit::Completed)
        }
        PermissionCommand::Revoke { plugin, permission } => {
            super::tell(facade, console, Command::RevokePermission { plugin, permission }).await
        }
        PermissionCommand::Accept => super::tell(facade, console, Command::AcceptPermissionsFile { seen: None }).await,
    }
}

pub fn listed(permissions: &[PermissionView]) -> String {
    let rows: Vec<_> = permissions
        .iter()
        .map(|view| {
            let scope = if view.scope.is_empty() { "any".to_owned() } else { brief(&view.scope.join(", "), 40) };
            let reason = view.reason.clone().unwrap_or_else(|| format!("without it: {}", view.permission.without_it()));
            [view.plugin.to_string(), view.permission.to_string(), scope, state(view), view.rule.clone(), reason]
        })
        .collect();
    table(["PLUGIN", "PERMISSION", "SCOPE", "STATE", "BY", "REASON"], &rows)
}

fn state(view: &PermissionView) -> String {
    let word = match view.state {
        PermissionState::Granted => "granted",
        PermissionState::Requested => "requested",
        PermissionState::Denied => "denied",
    };
    if view.optional { format!("{word} (optional)") } else { word.to_owned() }
}
