//! `orchestrator runs`

use super::args::RunsCommand;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::progress::Progress;
use super::table::{brief, table};
use crate::event::{Event, RunId, StreamId, duration};
use crate::orchestrator::api::{Answer, Facade, Query, RunFilter, RunSummary};

/// How many stored events are read at once.
const PAGE: u32 = 1000;

pub async fn runs(facade: &dyn Facade, console: &mut Console, command: RunsCommand) -> Result<Exit, Failure> {
    match command {
        RunsCommand::List { limit, json } => {
            let Answer::Runs(runs) = facade.query(Query::Runs(RunFilter { limit })).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json { console.json(&runs)? } else { console.say(&listed(&runs))? }
        }
        RunsCommand::Show { id, json } => show(facade, console, id, json.json).await?,
    }
    Ok(Exit::Completed)
}

/// Everything that is stored of the run, whether it is over or not; it is not followed.
async fn show(facade: &dyn Facade, console: &mut Console, run: RunId, json: bool) -> Result<(), Failure> {
    let Answer::Run(_) = facade.query(Query::Run { run }).await? else {
        return Err(Failure::unexpected_answer());
    };
    let mut progress = Progress::default();
    let mut from_seq = 1;
    loop {
        let events = page(facade, run, from_seq).await?;
        let Some(last) = events.last() else {
            progress.show_unfinished(console)?;
            return Ok(());
        };
        from_seq = last.seq + 1;
        for event in &events {
            if json { console.json(event)? } else { progress.show(console, event)? }
        }
    }
}

async fn page(facade: &dyn Facade, run: RunId, from_seq: u64) -> Result<Vec<Event>, Failure> {
    let query = Query::Events { stream: StreamId::Run(run), from_seq, limit: PAGE };
    match facade.query(query).await? {
        Answer::Events(events) => Ok(events),
        _ => Err(Failure::unexpected_answer()),
    }
}

fn listed(runs: &[RunSummary]) -> String {
    let rows: Vec<_> = runs
        .iter()
        .map(|run| {
            let status = run.status.map_or("running", |status| status.as_str());
            let reason = run.reason.as_ref().map(|reason| format!(" ({})", brief(reason, 40))).unwrap_or_default();
            [
                format!("#{}", run.id),
                run.started.to_string().get(..19).unwrap_or_default().replace('T', " "),
                run.workflow_type.clone(),
                run.duration_us.map(duration).unwrap_or_default(),
                format!("{status}{reason}"),
                brief(&run.requirements, 40),
            ]
        })
        .collect();
    table(["RUN", "STARTED (UTC)", "WORKFLOW", "TOOK", "STATUS", "REQUIREMENTS"], &rows)
}
