//! What a plugin may touch, in whole sentences: an operator can read them aloud to somebody who does not see the screen.

use std::path::PathBuf;

use orchestrator_protocol::permission::Permission;

use super::gauge;
use super::plugin::level_role;
use crate::orchestrator::api::{PermissionState, Place, PluginDetail, SandboxView};
use crate::tui::model::{Model, Rich};
use crate::tui::theme::Role;

/// How wide the bars stand here, whatever the width of the text.
const BARS: usize = 64;

pub(super) fn may_touch(rich: &mut Rich, detail: &PluginDetail, model: &Model) {
    rich.heading("What it may touch");
    match (detail.summary.place, &detail.sandbox) {
        (Place::Host, _) => rich.line([
            (Role::Warn, "Nothing holds it. ".to_owned()),
            (
                Role::Text,
                "Its code runs in this process and can do whatever you may do yourself; what it is granted binds only \
                 what it asks the host to do."
                    .to_owned(),
            ),
        ]),
        (Place::Nowhere, _) => rich.push(Role::Text, "Nothing now: it does not run."),
        (Place::Child, None) => rich.push(Role::Text, "How its process is held is not known."),
        (Place::Child, Some(held)) => {
            level(rich, held);
            if let Some(gauge) = model.plugins.usage.of(&detail.summary.name) {
                gauge::bars(rich, &gauge, BARS);
            }
            files(rich, "read", &held.reads);
            files(rich, "change", &held.writes);
            network(rich, detail, held);
            programs(rich, detail);
            limits(rich, held);
        }
    }
}

fn level(rich: &mut Rich, held: &SandboxView) {
    rich.line([
        (Role::Text, "The kernel holds its process at the level ".to_owned()),
        (level_role(&held.level), held.level.clone()),
        (Role::Text, format!(": {}.", held.meaning)),
    ]);
    if let Some(lacking) = &held.lacking {
        rich.line([(Role::Warn, format!("! It is not held further, because {lacking}."))]);
    }
}

fn files(rich: &mut Rich, what: &str, paths: &[PathBuf]) {
    // What is below another one, or there twice, is said already.
    let is_said = |place: usize| {
        let below = |(other, path): (usize, &PathBuf)| {
            other != place && paths[place].starts_with(path) && (paths[place] != *path || other < place)
        };
        paths.iter().enumerate().any(below)
    };
    let told = (0..paths.len()).filter(|place| !is_said(*place));
    let paths: Vec<String> = told.map(|place| paths[place].display().to_string()).collect();
    let below = if paths.is_empty() { "" } else { ", with everything below" };
    rich.push(Role::Text, format!("It may {what} {}{below}.", listed(&paths, "nothing")));
}

fn network(rich: &mut Rich, detail: &PluginDetail, held: &SandboxView) {
    let sentence = match granted(detail, Permission::Network) {
        _ if held.network => "It may open connections to anywhere, and be reached from anywhere.".to_owned(),
        None => "It may not use the network.".to_owned(),
        Some(hosts) => {
            format!("It may open no connection itself; the host fetches for it from {}.", listed(&hosts, "anywhere"))
        }
    };
    rich.push(Role::Text, sentence);
}

fn programs(rich: &mut Rich, detail: &PluginDetail) {
    let sentence = match granted(detail, Permission::Spawn) {
        None => "It may start no programs.".to_owned(),
        Some(programs) => format!(
            "It may start no programs itself; the host starts {} for it, and ends them with the call.",
            listed(&programs, "any program")
        ),
    };
    rich.push(Role::Text, sentence);
}

fn limits(rich: &mut Rich, held: &SandboxView) {
    let sentence = format!(
        "It may use {} MB of memory, compute for {} seconds in one call, have {} threads and {} files open, write files \
         of {} MB each, and keep {} MB in its own folders. When it uses more, it is ended, and its run is told why.",
        held.memory_mb, held.cpu_seconds, held.threads, held.open_files, held.file_mb, held.disk_mb
    );
    rich.push(Role::Text, sentence);
}

/// The scope that is granted; nothing, if the permission is not.
fn granted(detail: &PluginDetail, permission: Permission) -> Option<Vec<String>> {
    let is_it = |state| state == PermissionState::Granted;
    let view = detail.permissions.iter().find(|view| view.permission == permission && is_it(view.state))?;
    Some(view.scope.clone())
}

/// `a, b and c`, or what stands for an empty list.
pub(super) fn listed(names: &[String], none: &str) -> String {
    match names {
        [] => none.to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
