//! `orchestrator hook list`

use orchestrator_protocol::session::OnFailure;

use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::table::table;
use crate::cli::unloaded::remark_unloaded;
use crate::event::duration;
use crate::orchestrator::api::{Answer, Facade, HandlerLasting, HookSummary, Query};

pub(super) async fn list(facade: &dyn Facade, console: &mut Console, json: bool) -> Result<Exit, Failure> {
    let Answer::Hooks(hooks) = facade.query(Query::Hooks).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json {
        console.json(&hooks)?
    } else {
        console.say(&listed(&hooks))?;
        remark_unloaded(facade, console, "handlers").await?;
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
            let fired = match hook.fired {
                0 => "never".to_owned(),
                fired => fired.to_string(),
            };
            [
                hook.hook.to_string(),
                hook.order.to_string(),
                format!("{}:{}", hook.plugin, hook.handler),
                hook.priority.to_string(),
                duration(hook.timeout_ms.saturating_mul(1000)),
                policy.to_owned(),
                match (hook.enabled, hook.switched) {
                    (true, _) => "yes",
                    (false, Some(HandlerLasting::Session)) => "not in this session",
                    (false, Some(HandlerLasting::Always) | None) => "no",
                }
                .to_owned(),
                fired,
                hook.overridden.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let head =
        ["HOOK", "ORDER", "HANDLER", "PRIORITY", "TIMEOUT", "ON FAILURE", "ENABLED", "FIRED", "BY YOUR SETTINGS"];
    table(head, &rows)
}
