//! `orchestrator run WORKFLOW REQUIREMENTS`

use serde_json::Map;

use super::args::RunArgs;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::follow::start_and_follow;
use crate::orchestrator::api::{Command, Facade, StartRun};

pub async fn run(facade: &dyn Facade, console: &mut Console, args: RunArgs) -> Result<Exit, Failure> {
    let mut config = Map::new();
    for part in args.config {
        config.extend(part);
    }
    let start = StartRun {
        workflow_type: args.workflow,
        requirements: args.requirements,
        config,
        grants: args.limits.grants,
        install: true,
        without_handlers: args.without_handlers,
        timeout_ms: args.limits.timeout.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
    };
    start_and_follow(facade, console, Command::StartRun(start), args.json.json).await
}
