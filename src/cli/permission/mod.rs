//! `orchestrator permission`: one file per subcommand.
//!
//! Each makes a command or a query of its arguments and shows what it came to. What counts, and where, is not known
//! here.

mod accept;
pub mod args;
mod audit;
mod deny;
mod grant;
mod list;
mod policy;
mod reset;
mod revoke;

use args::PermissionCommand;

pub(super) use self::list::listed;
use super::args::Json;
use super::console::Console;
use super::exit::{Exit, Failure};
use crate::event::Timestamp;
use crate::orchestrator::api::{Command, Done, Facade};

pub async fn permission(
    facade: &dyn Facade,
    console: &mut Console,
    command: PermissionCommand,
) -> Result<Exit, Failure> {
    match command {
        PermissionCommand::List(args) => list::list(facade, console, args).await,
        PermissionCommand::Grant(args) => grant::grant(facade, console, args).await,
        PermissionCommand::Revoke(args) => revoke::revoke(facade, console, args).await,
        PermissionCommand::Deny(args) => deny::deny(facade, console, args).await,
        PermissionCommand::Reset(args) => reset::reset(facade, console, args).await,
        PermissionCommand::Audit(args) => audit::audit(facade, console, args).await,
        PermissionCommand::Accept(json) => accept::accept(facade, console, json).await,
        PermissionCommand::Policy(args) => policy::policy(facade, console, args).await,
    }
}

/// Sends a change, and says what it came to and where it counts. A host that could not be told of it is a failure,
/// although what is in the files is changed.
async fn change(facade: &dyn Facade, console: &mut Console, command: Command, json: Json) -> Result<Exit, Failure> {
    let done = facade.command(command).await?;
    if json.json {
        console.json(&done)?;
    } else {
        super::said(console, &done)?;
    }
    let is_everywhere = match &done {
        Done::Shared { hosts, .. } => hosts.iter().all(|hearing| hearing.in_effect),
        Done::Ok { .. } | Done::RunStarted { .. } | Done::Answered(_) => true,
    };
    Ok(if is_everywhere { Exit::Completed } else { Exit::Failed })
}

/// `2026-01-31 12:01:02`, in UTC.
fn moment(time: Timestamp) -> String {
    time.to_string().get(..19).unwrap_or_default().replace('T', " ")
}
