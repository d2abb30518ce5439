//! The texts that a config had before.

use similar::TextDiff;

use super::change::restore as restored;
use super::{tell, view};
use crate::cli::args::Json;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::table::table;
use crate::event::PluginName;
use crate::orchestrator::api::{Answer, Facade, Query};

/// Lines that are shown around a change.
const AROUND: usize = 3;

/// What the file says that a version did not: the one that is named, or the last one that differs.
pub async fn diff(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    version: Option<String>,
) -> Result<Exit, Failure> {
    let view = view(facade, plugin.clone()).await?;
    let ids = match version {
        Some(id) => vec![id],
        None => view.versions.iter().take(2).map(|version| version.id.clone()).collect(),
    };
    for id in ids {
        let query = Query::ConfigVersion { plugin: plugin.clone(), id: id.clone() };
        let Answer::ConfigDocument(before) = facade.query(query).await? else {
            return Err(Failure::unexpected_answer());
        };
        if before != view.document {
            let diff = TextDiff::from_lines(&before, &view.document);
            let (old, new) = (format!("version {id}"), view.file.display().to_string());
            console.say(&diff.unified_diff().context_radius(AROUND).header(&old, &new).to_string())?;
            return Ok(Exit::Completed);
        }
    }
    console.say_line("nothing differs")?;
    Ok(Exit::Completed)
}

pub async fn history(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    json: Json,
) -> Result<Exit, Failure> {
    let versions = view(facade, plugin).await?.versions;
    if json.json {
        console.json(&versions)?;
        return Ok(Exit::Completed);
    }
    let row = |one: &crate::orchestrator::api::ConfigVersion| {
        [one.id.clone(), one.time.to_string(), one.bytes.to_string(), one.who.clone()]
    };
    console.say(&table(["VERSION", "TIME", "BYTES", "BY"], &versions.iter().map(row).collect::<Vec<_>>()))?;
    Ok(Exit::Completed)
}

pub async fn restore(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    version: String,
) -> Result<Exit, Failure> {
    tell(facade, console, restored(plugin, version)).await
}
