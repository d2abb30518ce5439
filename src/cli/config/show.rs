//! Printing a config.

use std::io::Read;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{listed, view};
use crate::cli::args::Json;
use crate::cli::console::Console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::table::{brief, table};
use crate::event::PluginName;
use crate::orchestrator::api::{Answer, ConfigValue, Facade, Query};
use crate::orchestrator::pointer;

pub async fn plugin(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    json: Json,
) -> Result<Exit, Failure> {
    let view = view(facade, plugin).await?;
    if json.json {
        console.json(&view)?;
        return Ok(Exit::Completed);
    }
    let row = |one: &ConfigValue| {
        [pointer::words(&one.pointer), brief(&shown(&one.value), 60), one.origin.as_str().to_owned()]
    };
    let unset = view.secrets.iter().filter(|secret| !view.values.iter().any(|one| one.pointer == **secret));
    let rows: Vec<_> = view.values.iter().map(row).collect();
    let unset = unset.map(|secret| [pointer::words(secret), "(not set)".to_owned(), "secret".to_owned()]);
    let rows: Vec<_> = rows.into_iter().chain(unset).chain(view.general.iter().map(row)).collect();
    console.say(&table(["KEY", "VALUE", "FROM"], &rows))?;
    console.say_line(&format!("\nfile: {}", view.file.display()))?;
    if let Some(fault) = &view.schema_fault {
        console.remark(&format!("the plugin's `config_schema` is wrong, so nothing is checked: {fault}"))?;
    }
    if !view.problems.is_empty() {
        console.remark(&format!("the plugin can't be started with this:\n{}", listed(&view.problems, &view.file)))?;
    }
    Ok(Exit::Completed)
}

pub async fn value(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    key: &str,
    json: Json,
) -> Result<Exit, Failure> {
    let view = view(facade, plugin).await?;
    let at = pointer::of_words(key);
    let mut whole = json!({});
    for one in view.values.iter().chain(&view.general).filter(|one| one.pointer != at) {
        put(&mut whole, &one.pointer, one.value.clone());
    }
    for one in view.values.iter().chain(&view.general).filter(|one| one.pointer == at) {
        put(&mut whole, &one.pointer, one.value.clone());
    }
    let Some(value) = whole.pointer(&at) else {
        return Err(Failure::Usage(format!("`{}` is not set, and has no default", pointer::words(&at))));
    };
    if json.json {
        console.json(value)?
    } else {
        console.say_line(&shown(value))?
    }
    Ok(Exit::Completed)
}

/// Puts a value where its pointer says; objects on the way are made.
fn put(whole: &mut Value, at: &str, value: Value) {
    let mut place = whole;
    for part in pointer::parts(at) {
        if !place.is_object() {
            return;
        }
        place = &mut place[part];
        if place.is_null() {
            *place = json!({});
        }
    }
    *place = value;
}

pub async fn path(facade: &dyn Facade, console: &mut Console, plugin: PluginName, json: Json) -> Result<Exit, Failure> {
    let view = view(facade, plugin).await?;
    if json.json {
        console.json(&json!({"file": view.file, "exists": view.revision.is_some()}))?;
    } else {
        console.say_line(&view.file.display().to_string())?;
    }
    Ok(Exit::Completed)
}

pub async fn validate(
    facade: &dyn Facade,
    console: &mut Console,
    plugin: PluginName,
    file: Option<PathBuf>,
    json: Json,
) -> Result<Exit, Failure> {
    let view = view(facade, plugin.clone()).await?;
    let (shown, problems) = match file {
        None => (view.file, view.problems),
        Some(file) => {
            let document = read(&file)?;
            let Answer::ConfigProblems(problems) = facade.query(Query::CheckConfig { plugin, document }).await? else {
                return Err(Failure::unexpected_answer());
            };
            (file, problems)
        }
    };
    if json.json {
        console.json(&json!({"problems": problems, "schema_fault": view.schema_fault}))?;
    } else {
        if let Some(fault) = &view.schema_fault {
            console.remark(&format!("the plugin's `config_schema` is wrong, so nothing is checked: {fault}"))?;
        }
        match problems.is_empty() {
            true => console.say_line(&format!("{}: nothing is wrong", shown.display()))?,
            false => console.say(&listed(&problems, &shown))?,
        }
    }
    Ok(if problems.is_empty() { Exit::Completed } else { Exit::Failed })
}

/// A file's text, or what comes in.
pub(super) fn read(file: &std::path::Path) -> Result<String, Failure> {
    let cannot = |error| Failure::Usage(format!("can't read {}: {error}", file.display()));
    if file.as_os_str() == "-" { standard_input() } else { std::fs::read_to_string(file).map_err(cannot) }
}

pub(super) fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(2 * 1024 * 1024).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("can't read the standard input: {error}")))?;
    Ok(text)
}

/// A text without quotes, all else as JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub async fn app(facade: &dyn Facade, console: &mut Console, json: Json) -> Result<Exit, Failure> {
    let Answer::Settings(settings) = facade.query(Query::Settings).await? else {
        return Err(Failure::unexpected_answer());
    };
    if json.json {
        console.json(&settings)?;
        return Ok(Exit::Completed);
    }
    let row = |one: &crate::orchestrator::api::Setting| {
        let from = if one.value == one.default { "default" } else { "set" };
        [one.name.clone(), shown(&one.value), from.to_owned(), one.about.clone()]
    };
    let rows: Vec<_> = settings.settings.iter().map(row).collect();
    console.say(&table(["SETTING", "VALUE", "", "MEANING"], &rows))?;
    console.say_line(&format!("\nfile: {}", settings.file.display()))?;
    console.say_line(&format!("yours, for every project: {}", settings.user_file.display()))?;
    Ok(Exit::Completed)
}
