//! `orchestrator permission grant PLUGIN PERMISSION`

use super::args::GrantArgs;
use super::change;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn grant(facade: &dyn Facade, console: &mut Console, args: GrantArgs) -> Result<Exit, Failure> {
    let answer = args.answer();
    let GrantArgs { plugin, permission, scopes: scope, json, .. } = args;
    change(facade, console, Command::AnswerPermission { plugin, permission, scope, answer }, json).await
}
