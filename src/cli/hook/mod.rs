//! `orchestrator hook`

mod list;
mod trace;

use super::args::HookCommand;
use super::console::Console;
use super::exit::{Exit, Failure};
use crate::orchestrator::api::{Command, Facade, HandlerLasting, HandlerRef};

pub async fn hook(facade: &dyn Facade, console: &mut Console, command: HookCommand) -> Result<Exit, Failure> {
    match command {
        HookCommand::List(json) => list::list(facade, console, json.json).await,
        HookCommand::Trace { of, json } => trace::trace(facade, console, of, json.json).await,
        HookCommand::Enable { handler } => tell(facade, console, switch(handler, true)).await,
        HookCommand::Disable { handler } => tell(facade, console, switch(handler, false)).await,
    }
}

async fn tell(facade: &dyn Facade, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    let done = facade.command(command).await?;
    super::said(console, &done)
}

/// For good: a session would be over at once.
fn switch(handler: HandlerRef, enabled: bool) -> Command {
    let HandlerRef { plugin, hook, handler } = handler;
    Command::SetHandler { plugin, hook, handler, enabled, lasting: HandlerLasting::Always }
}
