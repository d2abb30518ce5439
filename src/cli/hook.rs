//! `orchestrator hook list`

use orchestrator_protocol::session::OnFailure;

use super::args::ListOnly;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::table;
use crate::event::duration;
use crate::orchestrator::api::{Answer, Facade, HookSummary, Query};

pub async fn hook(facade: &dyn Facade, console: &mut Console, command: ListOnly) -> Result<Exit, Failure> {
    let ListOnly::List(json) = command;
    let Answer::Hooks(hooks) = facade.query(Query::Hooks).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json.json {
        console.json(&hooks)?
    } else {
        console.say(&listed(&hooks))?
    }
    Ok(Exit::Completed)
}

fn listed(hooks: &[HookSummary]) -> String {
    let rows: Vec<_> = hooks
        .iter()
        .map(|hook| {
            let policy = match hook.on_failure {
                OnFailure::Continue => "continue",
                OnFailure::Abort => "abort",
            };
            [
                hook.hook.to_string(),
                hook.order.to_string(),
                format!("{}.{}", hook.plugin, hook.handler),
                hook.priority.to_string(),
                duration(hook.timeout_ms.saturating_mul(1000)),
                policy.to_owned(),
                if hook.enabled { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect();
    table(["HOOK", "ORDER", "HANDLER", "PRIORITY", "TIMEOUT", "ON FAILURE", "ENABLED"], &rows)
}
