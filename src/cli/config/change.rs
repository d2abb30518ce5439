//! Saving one value.

use super::show::standard_input;
use super::{BY, save, tell, view};
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::event::PluginName;
use crate::orchestrator::api::{Command, Facade, SecretChange};
use crate::orchestrator::{Document, is_reference, pointer, read_typed};

/// Read from the standard input instead of the command line.
const INPUT: &str = "-";

pub async fn set(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    key: &str,
    value: Option<String>,
    secret: bool,
) -> Result<Exit, Failure> {
    let view = view(facade, plugin).await?;
    let at = pointer::of_words(key);
    let is_secret = secret || view.secrets.iter().any(|known| pointer::is_within(&at, known));
    let given = value.filter(|value| value != INPUT);
    if is_secret
        && let Some(value) = &given
        && !is_reference(value)
    {
        return Err(Failure::Usage(format!(
            "`{}` is a secret, and what is written on a command line can be seen by others; give it on the standard \
             input, with `-` in its place, or write ${{NAME}} to take it from the environment",
            pointer::words(&at)
        )));
    }
    let text = match given {
        Some(text) => text,
        None => {
            let text = standard_input()?;
            // What ends the line is not the value's.
            text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned()
        }
    };
    if is_secret && !is_reference(&text) {
        let change = SecretChange { pointer: at, value: Some(text) };
        let document = view.document.clone();
        return tell(facade, console, Command::SaveConfig(save(view, document, vec![change]))).await;
    }
    let value = read_typed(view.schema.as_ref(), &at, &text).map_err(Failure::Usage)?;
    let document = parse(&view.document)?.set(&at, &value).map_err(|error| Failure::Usage(error.to_string()))?;
    tell(facade, console, Command::SaveConfig(save(view, document, Vec::new()))).await
}

pub async fn unset(facade: &dyn Facade, console: &mut Console, plugin: PluginName, key: &str) -> Result<Exit, Failure> {
    let view = view(facade, plugin).await?;
    let at = pointer::of_words(key);
    let document = parse(&view.document)?.remove(&at).map_err(|error| Failure::Usage(error.to_string()))?;
    tell(facade, console, Command::SaveConfig(save(view, document, Vec::new()))).await
}

/// A text that can be changed at one place.
pub(super) fn parse(text: &str) -> Result<Document, Failure> {
    Document::parse(text).map_err(|fault| {
        let at = format!("{}:{}", fault.at.line, fault.at.column);
        Failure::Usage(format!("the config {fault} ({at}); `orchestrator config edit` shows it"))
    })
}

/// Saves a kept version again.
pub(super) fn restore(plugin: PluginName, id: String) -> Command {
    Command::RestoreConfig { plugin, id, by: BY.to_owned() }
}
