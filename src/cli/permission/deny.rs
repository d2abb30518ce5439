//! `orchestrator permission deny PLUGIN PERMISSION`

use super::args::DenyArgs;
use super::change;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn deny(facade: &dyn Facade, console: &mut Console, args: DenyArgs) -> Result<Exit, Failure> {
    let answer = args.answer();
    let DenyArgs { plugin, permission, scopes: scope, json, .. } = args;
    change(facade, console, Command::AnswerPermission { plugin, permission, scope, answer }, json).await
}
