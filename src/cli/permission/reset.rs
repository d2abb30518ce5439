//! `orchestrator permission reset PLUGIN [PERMISSION]`

use super::args::ResetArgs;
use super::change;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn reset(facade: &dyn Facade, console: &mut Console, args: ResetArgs) -> Result<Exit, Failure> {
    let ResetArgs { plugin, permission, json } = args;
    change(facade, console, Command::ResetPermission { plugin, permission }, json).await
}
