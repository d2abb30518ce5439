//! `orchestrator doctor`

use super::args::Json;
use super::console::Console;
use super::exit::{Exit, Failure};
use crate::orchestrator::api::{Answer, Check, CheckLevel, Facade, Query};

/// Fails when something is wrong, so that a script can ask.
pub async fn doctor(facade: &dyn Facade, console: &mut Console, json: Json) -> Result<Exit, Failure> {
    let Answer::Doctor(checks) = facade.query(Query::Doctor).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json.json {
        console.json(&checks)?
    } else {
        console.say(&checks.iter().map(line).collect::<String>())?
    }
    let wrong = checks.iter().any(|check| check.level == CheckLevel::Wrong);
    Ok(if wrong { Exit::Failed } else { Exit::Completed })
}

fn line(check: &Check) -> String {
    let mark = match check.level {
        CheckLevel::Ok => "✓",
        CheckLevel::Note => "·",
        CheckLevel::Wrong => "✗",
    };
    let remedy = check.remedy.as_ref().map(|remedy| format!("    → {remedy}\n")).unwrap_or_default();
    format!("{mark} {:<22} {}\n{remedy}", check.subject, check.finding)
}
