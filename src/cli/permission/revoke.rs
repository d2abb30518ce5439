//! `orchestrator permission revoke PLUGIN PERMISSION`

use super::args::RevokeArgs;
use super::change;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn revoke(facade: &dyn Facade, console: &mut Console, args: RevokeArgs) -> Result<Exit, Failure> {
    let RevokeArgs { plugin, permission, json } = args;
    change(facade, console, Command::RevokePermission { plugin, permission }, json).await
}
