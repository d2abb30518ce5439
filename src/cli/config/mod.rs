//! `orchestrator config`: what plugins are set to, and the application.
//!
//! [`show`] prints; [`change`] saves one value, [`edit`] a whole text from an editor; [`versions`] are the texts before.
//! Nothing of a plugin's is run for any of it. A host that has the project open notices the file.

pub mod args;
mod change;
mod edit;
mod show;
mod versions;

use args::ConfigCommand;

use super::console::Console;
use super::exit::{Exit, Failure};
use crate::event::PluginName;
use crate::orchestrator::api::{Answer, Command, ConfigProblem, ConfigView, Facade, Query, SaveConfig, SecretChange};

/// Who saves, as versions and events name it.
const BY: &str = "the operator (command line)";

pub async fn config(facade: &dyn Facade, console: &mut Console, command: ConfigCommand) -> Result<Exit, Failure> {
    match command {
        ConfigCommand::Show { app: true, json, .. } => show::app(facade, console, json).await,
        ConfigCommand::Show { plugin: Some(plugin), json, .. } => show::plugin(facade, console, plugin, json).await,
        ConfigCommand::Show { plugin: None, .. } => {
            Err(Failure::Usage("name a plugin, or say --app for the application's own settings".into()))
        }
        ConfigCommand::Get { plugin, key, json } => show::value(facade, console, plugin, &key, json).await,
        ConfigCommand::Path { plugin, json } => show::path(facade, console, plugin, json).await,
        ConfigCommand::Validate { plugin, file, json } => show::validate(facade, console, plugin, file, json).await,
        ConfigCommand::Set { plugin, key, value, secret } => {
            change::set(facade, console, plugin, &key, value, secret).await
        }
        ConfigCommand::Unset { plugin, key } => change::unset(facade, console, plugin, &key).await,
        ConfigCommand::Edit { plugin } => edit::edit(facade, console, plugin).await,
        ConfigCommand::Diff { plugin, version } => versions::diff(facade, console, plugin, version).await,
        ConfigCommand::History { plugin, json } => versions::history(facade, console, plugin, json).await,
        ConfigCommand::Restore { plugin, version } => versions::restore(facade, console, plugin, version).await,
    }
}

async fn view(facade: &dyn Facade, plugin: PluginName) -> Result<ConfigView, Failure> {
    match facade.query(Query::Config { plugin }).await? {
        Answer::Config(view) => Ok(*view),
        _ => Err(Failure::unexpected_answer()),
    }
}

/// Sends a change, and says what it came to.
async fn tell(facade: &dyn Facade, console: &mut Console, command: Command) -> Result<Exit, Failure> {
    let done = facade.command(command).await?;
    super::said(console, &done)
}

/// What becomes of `view` with another text.
fn save(view: ConfigView, document: String, secrets: Vec<SecretChange>) -> SaveConfig {
    let ConfigView { plugin, revision: base, .. } = view;
    SaveConfig { plugin, document, base, secrets, overwrite: false, by: BY.to_owned() }
}

/// One problem a line, with its place.
fn listed(problems: &[ConfigProblem], file: &std::path::Path) -> String {
    problems.iter().map(|problem| format!("{}:{problem}\n", file.display())).collect()
}
