//! `orchestrator plugin`

use std::fmt::Write;
use std::path::PathBuf;

use super::approval;
use super::args::PluginCommand;
use super::console::Console;
use super::exit::{Exit, Failure};
use super::table::table;
use crate::event::{PluginName, duration};
use crate::orchestrator::api::{
    Answer, ChangesView, Command, Facade, PluginDetail, PluginKind, PluginSummary, PluginUsage, Query, SandboxView,
};

pub async fn plugin(facade: &dyn Facade, console: &mut Console, command: PluginCommand) -> Result<Exit, Failure> {
    match command {
        PluginCommand::List(json) => {
            let Answer::Plugins(plugins) = facade.query(Query::Plugins).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json {
                console.json(&plugins)?
            } else {
                console.say(&listed(&plugins))?
            }
            Ok(Exit::Completed)
        }
        PluginCommand::Show { name, json } => {
            let Answer::Plugin(detail) = facade.query(Query::Plugin { plugin: name.clone() }).await? else {
                return Err(Failure::unexpected_answer());
            };
            if json.json {
                console.json(&detail)?
            } else {
                let usage = usage_of(facade, &name).await?;
                console.say(&shown(&detail, usage.as_ref()))?
            }
            Ok(Exit::Completed)
        }
        PluginCommand::Approve { name } => approval::approve(facade, console, name).await,
        PluginCommand::Trust { name } => approval::trust(facade, console, name).await,
        PluginCommand::Distrust { name } => {
            approval::change(facade, console, &name, Command::DistrustPlugin { plugin: name.clone() }).await
        }
        PluginCommand::Install { name, source_distributions } => {
            let command = Command::InstallPlugin { plugin: name.clone(), source_distributions };
            approval::change(facade, console, &name, command).await
        }
    }
}

/// What the plugin's process uses now, if it has one.
async fn usage_of(facade: &dyn Facade, name: &PluginName) -> Result<Option<PluginUsage>, Failure> {
    match facade.query(Query::Usage).await? {
        Answer::Usage(usage) => Ok(usage.into_iter().find(|usage| usage.plugin == *name)),
        _ => Err(Failure::unexpected_answer()),
    }
}

fn used(usage: &PluginUsage) -> String {
    // Exact enough for people: memory is less than 2^53 bytes.
    let mebibytes = usage.resident_bytes as f64 / (1024.0 * 1024.0);
    format!("{mebibytes:.1} MiB of memory, {} computed", duration(usage.cpu_time_us))
}

/// What the kernel holds the plugin's process to.
fn sandbox(held: &SandboxView) -> String {
    let lacking = held.lacking.as_ref().map(|lacking| format!("\n! {lacking}")).unwrap_or_default();
    let listed = |paths: &[PathBuf]| paths.iter().map(|path| format!("\n  {}", path.display())).collect::<String>();
    format!(
        "{}: {}{lacking}\nat most {} MB of memory, {} s of computing in a call, {} threads, {} open files, files of {} MB, \
         {} MB on the disk\nnetwork: {}\nwrites:{}\nreads:{}",
        held.level,
        held.meaning,
        held.memory_mb,
        held.cpu_seconds,
        held.threads,
        held.open_files,
        held.file_mb,
        held.disk_mb,
        if held.network { "any" } else { "none" },
        listed(&held.writes),
        listed(&held.reads),
    )
}

/// What is other than what was approved, as a difference is written.
fn changes(changes: &ChangesView) -> String {
    let listed = |sign: &str, names: &[String]| names.iter().map(|name| format!("{sign} {name}\n")).collect::<String>();
    let asks = |words: &str, names: &[String]| match names {
        [] => String::new(),
        names => format!("{words} {}\n", names.join(", ")),
    };
    [
        listed("~", &changes.changed),
        listed("+", &changes.added),
        listed("-", &changes.removed),
        asks("now asks for", &changes.requests_added),
        asks("no longer asks for", &changes.requests_removed),
    ]
    .concat()
}

fn kind(plugin: &PluginSummary) -> &'static str {
    match plugin.kind {
        Some(PluginKind::Native) => "rs",
        Some(PluginKind::Python) => "py",
        None => "–",
    }
}

fn listed(plugins: &[PluginSummary]) -> String {
    if plugins.is_empty() {
        return "No plugins. Put one into plugins/NAME/ with a plugin.yaml.\n".to_owned();
    }
    let rows: Vec<_> = plugins
        .iter()
        .map(|plugin| {
            let name = if plugin.bundled { format!("{} (bundled)", plugin.name) } else { plugin.name.to_string() };
            [
                name,
                kind(plugin).to_owned(),
                plugin.version.clone().unwrap_or_else(|| "–".to_owned()),
                plugin.state.as_str().to_owned(),
                format!("{}/{}", plugin.granted, plugin.requested),
                super::table::brief(plugin.reason.as_ref().unwrap_or(&plugin.description), 70),
            ]
        })
        .collect();
    table(["PLUGIN", "KIND", "VERSION", "STATE", "GRANTS", ""], &rows)
}

fn shown(detail: &PluginDetail, usage: Option<&PluginUsage>) -> String {
    let plugin = &detail.summary;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<12} {}", value.trim_end().replace('\n', "\n             "));
        }
    };
    line("name", plugin.name.as_str());
    line("version", plugin.version.as_deref().unwrap_or_default());
    line("description", &plugin.description);
    line(
        "author",
        &[detail.author.as_deref(), detail.email.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · "),
    );
    line("kind", kind(plugin));
    line("state", plugin.state.as_str());
    line("reason", plugin.reason.as_deref().unwrap_or_default());
    line("remedy", plugin.remedy.as_deref().unwrap_or_default());
    line("runs in", &detail.runs_in);
    line("uses", &usage.map(used).unwrap_or_default());
    line("sandbox", &detail.sandbox.as_ref().map(sandbox).unwrap_or_default());
    line("folder", &detail.dir.display().to_string());
    line("library", &detail.library.as_ref().map(|path| path.display().to_string()).unwrap_or_default());
    line("policy", detail.policy.as_str());
    line("changes", &detail.changes.as_ref().map(changes).unwrap_or_default());
    line("content", detail.content_hash.as_ref().map(|hash| hash.as_str()).unwrap_or_default());
    line("config", &detail.config_file.display().to_string());
    line("", &serde_json::to_string_pretty(&detail.config).unwrap_or_default());
    line(
        "agents",
        &detail.agents.iter().map(|agent| format!("{}: {}", agent.name, agent.role)).collect::<Vec<_>>().join("\n"),
    );
    line(
        "workflows",
        &detail
            .workflows
            .iter()
            .map(|flow| format!("{}: {}", flow.name, flow.description))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    line(
        "hooks",
        &detail.hooks.iter().map(|hook| format!("{} {}", hook.hook, hook.handler)).collect::<Vec<_>>().join("\n"),
    );
    line(
        "routes",
        &detail.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect::<Vec<_>>().join("\n"),
    );
    line("warnings", &detail.warnings.join("\n"));
    if !detail.permissions.is_empty() {
        text.push('\n');
        text.push_str(&super::permission::listed(&detail.permissions));
    }
    text
}
