//! `orchestrator permission accept`

use super::change;
use crate::cli::args::Json;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade};

pub(super) async fn accept(facade: &dyn Facade, console: &mut Console, json: Json) -> Result<Exit, Failure> {
    change(facade, console, Command::AcceptPermissionsFile { seen: None }, json).await
}
