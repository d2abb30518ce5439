//! `orchestrator permission policy PLUGIN hold|keep_if_no_more|dev`

use super::args::PolicyArgs;
use super::change;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn policy(facade: &dyn Facade, console: &mut Console, args: PolicyArgs) -> Result<Exit, Failure> {
    let PolicyArgs { plugin, policy, json } = args;
    change(facade, console, Command::SetPolicy { plugin, policy: policy.into() }, json).await
}
