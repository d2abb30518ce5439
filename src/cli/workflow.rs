//! `orchestrator workflow list`

use super::args::ListOnly;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::{brief, table};
use crate::orchestrator::api::{Answer, Facade, Query, WorkflowSummary};

pub async fn workflow(facade: &dyn Facade, console: &mut Console, command: ListOnly) -> Result<Exit, Failure> {
    let ListOnly::List(json) = command;
    let Answer::Workflows(workflows) = facade.query(Query::Workflows).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json.json {
        console.json(&workflows)?
    } else {
        console.say(&listed(&workflows))?
    }
    Ok(Exit::Completed)
}

fn listed(workflows: &[WorkflowSummary]) -> String {
    let rows: Vec<_> = workflows
        .iter()
        .map(|workflow| {
            let plugin = workflow.plugin.as_ref().map_or("built in".to_owned(), ToString::to_string);
            let denied = if workflow.denied.is_empty() { String::new() } else { "denied: ".to_owned() };
            let remark = workflow.denied.first().unwrap_or(&workflow.description);
            [workflow.name.clone(), plugin, brief(&workflow.agents.join(", "), 50), denied + &brief(remark, 60)]
        })
        .collect();
    table(["WORKFLOW", "PLUGIN", "AGENTS", "DESCRIPTION"], &rows)
}
