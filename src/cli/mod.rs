//! The command line: one file per subcommand.
//!
//! It asks the facade and prints; it knows nothing of what stands behind it. Everything goes out through
//! [`console::Console`], because descriptors 1 and 2 belong to what plugins print.

mod agent;
mod api;
mod approval;
pub mod args;
mod config;
pub mod console;
mod doctor;
pub mod exit;
mod follow;
mod hook;
mod idle_grants;
mod interrupts;
mod meanwhile;
mod outline;
mod parse;
mod permission;
mod plugin;
mod progress;
mod run;
mod runs;
pub mod screenshot;
pub mod serve;
mod table;
mod unloaded;
mod workflow;

use args::{AgentCommand, Command, HookCommand};
use console::Console;
use exit::{Exit, Failure};

use crate::orchestrator::api::{Done, Facade};

/// Does what one subcommand says.
pub async fn execute(facade: &dyn Facade, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(facade, console, args).await,
        Command::Agent(command) => agent::agent(facade, console, command).await,
        Command::Plugin(command) => plugin::plugin(facade, console, command).await,
        Command::Workflow(command) => workflow::workflow(facade, console, command).await,
        Command::Api(command) => api::api(facade, console, command).await,
        Command::Hook(command) => hook::hook(facade, console, command).await,
        Command::Runs(command) => runs::runs(facade, console, command).await,
        Command::Permission(command) => permission::permission(facade, console, command).await,
        Command::Config(command) => config::config(facade, console, command).await,
        Command::Doctor(json) => doctor::doctor(facade, console, json).await,
    }
}

impl Command {
    /// Whether it needs the plugins' code; what only reads files and history starts without it.
    pub fn needs_plugins(&self) -> bool {
        match self {
            Command::Run(_)
            | Command::Agent(_)
            | Command::Plugin(_)
            | Command::Workflow(_)
            | Command::Hook(HookCommand::List(_) | HookCommand::Enable { .. } | HookCommand::Disable { .. })
            | Command::Api(_) => true,
            Command::Hook(HookCommand::Trace { .. })
            | Command::Runs(_)
            | Command::Permission(_)
            | Command::Config(_)
            | Command::Doctor(_) => false,
        }
    }

    /// What other processes call this one while it has the project open. Nothing, if it has done its work at once: then
    /// nobody needs to reach it.
    pub fn face(&self) -> Option<&'static str> {
        match self {
            Command::Run(_) => Some("`orchestrator run`"),
            Command::Agent(AgentCommand::Run { .. }) => Some("`orchestrator agent run`"),
            Command::Agent(AgentCommand::List(_))
            | Command::Plugin(_)
            | Command::Workflow(_)
            | Command::Hook(_)
            | Command::Api(_)
            | Command::Runs(_)
            | Command::Permission(_)
            | Command::Config(_)
            | Command::Doctor(_) => None,
        }
    }
}

/// Says what a command came to.
fn said(console: &mut Console, done: &Done) -> Result<Exit, Failure> {
    match done {
        Done::Ok { message } => console.say_line(message)?,
        Done::Shared { message, hosts } => {
            console.say_line(message)?;
            for hearing in hosts {
                console.say_line(&hearing.to_string())?;
            }
        }
        Done::Answered(reply) => console.say_line(&reply.body.to_text_lossy())?,
        Done::RunStarted { run } => console.say_line(&format!("run #{run} started"))?,
    }
    Ok(Exit::Completed)
}
