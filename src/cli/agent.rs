//! `orchestrator agent`

use serde_json::Value;

use super::args::AgentCommand;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::follow::start_and_follow;
use super::table::{brief, table};
use crate::orchestrator::api::{AgentSummary, Answer, Command, Facade, Query};

pub async fn agent(facade: &dyn Facade, console: &mut Console, command: AgentCommand) -> Result<Exit, Failure> {
    match command {
        AgentCommand::Run { name, task, context, limits, json } => {
            let command = Command::StartAgent {
                agent: name,
                task,
                context: context.unwrap_or(Value::Null),
                more: Box::default(),
                grants: limits.grants,
                install: true,
                timeout_ms: limits.timeout.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
            };
            start_and_follow(facade, console, command, json.json).await
        }
        AgentCommand::List(json) => {
            let Answer::Agents(agents) = facade.query(Query::Agents).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json {
                console.json(&agents)?
            } else {
                console.say(&listed(&agents))?
            }
            Ok(Exit::Completed)
        }
    }
}

fn listed(agents: &[AgentSummary]) -> String {
    let rows: Vec<_> = agents
        .iter()
        .map(|agent| {
            let plugin = agent.plugin.as_ref().map_or("built in".to_owned(), ToString::to_string);
            [agent.name.clone(), plugin, agent.provider.clone(), brief(&agent.role, 60)]
        })
        .collect();
    table(["AGENT", "PLUGIN", "PROVIDER", "ROLE"], &rows)
}
