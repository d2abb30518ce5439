//! Following a run to its end, with Ctrl-C.

use super::console::Console;
use super::exit::{Exit, Failure};
use super::idle_grants::remark_idle;
use super::interrupts::Interrupts;
use super::meanwhile::{self, Listening};
use super::progress::Progress;
use crate::event::{EventKind, RunId, StreamId};
use crate::orchestrator::api::{Command, Done, Facade, FacadeError};

/// Starts a run with `command`, shows its events as they come, and answers with how it ended. Ctrl-C, or a polite
/// kill, cancels the run; a second one ends the program without waiting.
pub async fn start_and_follow(
    facade: &dyn Facade,
    console: &mut Console,
    command: Command,
    json: bool,
) -> Result<Exit, Failure> {
    remark_idle(facade, console, &command).await?;
    let mut interrupts = Interrupts::listen()?;
    let started = meanwhile::send(facade, console, &mut interrupts, Listening::to_busy_ones(), command).await?;
    let run = match started {
        None => return Ok(Exit::Cancelled),
        Some(Done::RunStarted { run }) => run,
        Some(Done::Answered(_)) => return Err(Failure::unexpected_answer()),
        Some(Done::Ok { message } | Done::Shared { message, .. }) => {
            return Err(Failure::Other(format!("the host started no run: {message}")));
        }
    };
    let mut feed = facade.subscribe(StreamId::Run(run), 1);
    let mut progress = Progress::default();
    let mut asked = false;
    loop {
        let batch = tokio::select! {
            biased;
            by = interrupts.next() => {
                if asked {
                    return Ok(Exit::Cancelled);
                }
                asked = true;
                cancel(facade, run, by).await?;
                continue;
            }
            batch = feed.next() => batch,
        };
        let Some(batch) = batch else {
            return Err(Failure::Other(format!("the events of run #{run} ended before the run did")));
        };
        for event in batch {
            if json {
                console.json(&*event)?;
            } else {
                progress.show(console, &event)?;
            }
            if let EventKind::RunFinished { status, .. } = &event.kind {
                return Ok(Exit::from(*status));
            }
        }
    }
}

async fn cancel(facade: &dyn Facade, run: RunId, by: &str) -> Result<(), FacadeError> {
    facade.command(Command::CancelRun { run, by: by.to_owned() }).await.map(drop)
}
