//! A config in an editor.

use std::process::Stdio;

use tokio::process::Command as Program;

use super::{listed, save, tell, view};
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::event::PluginName;
use crate::orchestrator::api::{Answer, Command, Facade, Query};

const EDITOR: &str = "vi";

/// Opens a copy, checks what comes back, and saves it. What can't be saved is left where the editor wrote it.
pub async fn edit(facade: &dyn Facade, console: &mut Console, plugin: PluginName) -> Result<Exit, Failure> {
    let view = view(facade, plugin.clone()).await?;
    // For its owner alone, as all temporary files of ours.
    let copy = tempfile::Builder::new().prefix(&format!("{plugin}-")).suffix(".json").tempfile();
    let copy = copy.map_err(|error| Failure::Other(format!("no copy could be made: {error}")))?;
    std::fs::write(copy.path(), &view.document)?;
    run_editor(console, copy.path()).await?;
    let document = std::fs::read_to_string(copy.path())
        .map_err(|error| Failure::Usage(format!("what the editor wrote can't be read: {error}")))?;
    if document == view.document {
        console.say_line("nothing was changed")?;
        return Ok(Exit::Completed);
    }
    let check = Query::CheckConfig { plugin, document: document.clone() };
    let Answer::ConfigProblems(problems) = facade.query(check).await? else {
        return Err(Failure::unexpected_answer());
    };
    let saved = tell(facade, console, Command::SaveConfig(save(view, document, Vec::new()))).await;
    saved.map_err(|failure| match copy.keep() {
        Ok((_, path)) => {
            let problems = listed(&problems, &path);
            Failure::Usage(format!("{failure}\n{problems}what you wrote is kept in {}", path.display()))
        }
        Err(_) => failure,
    })
}

/// The editor gets the terminal that we were started with; descriptors 1 and 2 are the plugins'.
async fn run_editor(console: &Console, file: &std::path::Path) -> Result<(), Failure> {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let words = named.unwrap_or_else(|| EDITOR.to_owned());
    let mut words = words.split_whitespace();
    let program = words.next().unwrap_or(EDITOR);
    let status = Program::new(program)
        .args(words)
        .arg(file)
        .stdout(Stdio::from(console.output()?))
        .stderr(Stdio::from(console.output()?))
        .status()
        .await
        .map_err(|error| Failure::Usage(format!("the editor {program} can't be started: {error}; set EDITOR")))?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure::Other(format!("{program} ended with {status}; nothing is saved"))),
    }
}
