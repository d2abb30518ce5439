//! `orchestrator serve`

use super::args::{ServeArgs, TokenArgs};
use super::console::Console;
use super::exit::{Exit, Failure};
use super::interrupts::Interrupts;
use crate::orchestrator::api::{Answer, Command, Done, Facade, Query, ServerView};

/// Starts the server, and ends it when it is asked to. A second time ends the program without waiting.
pub async fn serve(facade: &dyn Facade, console: &mut Console, args: &ServeArgs) -> Result<Exit, Failure> {
    let mut interrupts = Interrupts::listen()?;
    let greeting = message(facade.command(Command::StartServer { port: args.port }).await?)?;
    let server = view(facade).await?;
    if server.exposed {
        console.remark(
            "warning: other machines can reach this server, and what they send, the token too, is not encrypted: put \
             a proxy with TLS before it",
        )?;
    }
    if args.json.json {
        console.json(&server)?;
    } else {
        console.say_line(&greeting)?;
        console.say_line(&format!("requests need the token in {}", server.token_file.display()))?;
    }
    let by = interrupts.next().await;
    console.remark(&format!("{by}: ending; again ends at once"))?;
    let ended = tokio::select! {
        biased;
        _ = interrupts.next() => return Ok(Exit::Cancelled),
        ended = facade.command(Command::StopServer) => message(ended?)?,
    };
    for line in ended.lines() {
        console.remark(line)?;
    }
    Ok(Exit::Completed)
}

/// Prints the token, or where it is.
pub fn token(console: &mut Console, args: &TokenArgs, token: &str, file: &std::path::Path) -> Result<Exit, Failure> {
    console.say_line(&if args.path { file.display().to_string() } else { token.to_owned() })?;
    Ok(Exit::Completed)
}

async fn view(facade: &dyn Facade) -> Result<ServerView, Failure> {
    match facade.query(Query::Server).await? {
        Answer::Server(server) => Ok(*server),
        _ => Err(Failure::unexpected_answer()),
    }
}

fn message(done: Done) -> Result<String, Failure> {
    match done {
        Done::Ok { message } => Ok(message),
        Done::Shared { .. } | Done::Answered(_) | Done::RunStarted { .. } => Err(Failure::unexpected_answer()),
    }
}
