//! `orchestrator permission accept`

use super::change;
use crate::cli::args::Json;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::orchestrator::api::{Answer, Command, Facade, Query};

/// Says what the file says, and accepts that: what is written into it meanwhile is not accepted.
pub(super) async fn accept(facade: &dyn Facade, console: &mut Console, json: Json) -> Result<Exit, Failure> {
    if let Some(refused) = facade.refusal(&Command::AcceptPermissionsFile { seen: None }) {
        return Err(refused.into());
    }
    let Answer::PermissionsFile(view) = facade.query(Query::PermissionsFile).await? else {
        return Err(Failure::unexpected_answer());
    };

    if !view.plugins.is_empty() && !json.json {
        let says: Vec<String> = view.plugins.iter().map(ToString::to_string).collect();
        console.remark(&format!("{} says:\n  {}", view.file.display(), says.join("\n  ")))?;
    }
    change(facade, console, Command::AcceptPermissionsFile { seen: view.content }, json).await
}
