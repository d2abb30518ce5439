//! `orchestrator plugin approve`, `trust`, `distrust` and `install`: what a plugin's code may do, said before and after.

use super::console::Console;
use super::exit::{Exit, Failure};
use super::interrupts::Interrupts;
use super::meanwhile::{self, Listening};
use crate::event::{ContentHash, PluginName};
use crate::orchestrator::api::{Answer, Command, Facade, PermissionView, PluginDetail, PluginKind, Query};

/// Approves the plugin and loads it.
pub(super) async fn approve(facade: &dyn Facade, console: &mut Console, name: PluginName) -> Result<Exit, Failure> {
    let command = |seen| Command::ApprovePlugin { plugin: name.clone(), seen };
    refuse(facade, &command(None))?;
    let seen = announce(facade, console, &name, false).await?;
    change(facade, console, &name, command(seen)).await
}

/// Trusts the plugin and loads it.
pub(super) async fn trust(facade: &dyn Facade, console: &mut Console, name: PluginName) -> Result<Exit, Failure> {
    let command = |seen| Command::TrustPlugin { plugin: name.clone(), seen };
    refuse(facade, &command(None))?;
    let seen = announce(facade, console, &name, true).await?;
    change(facade, console, &name, command(seen)).await
}

/// Sends a command about one plugin, and shows what is said of it meanwhile.
pub(super) async fn change(
    facade: &dyn Facade,
    console: &mut Console,
    name: &PluginName,
    command: Command,
) -> Result<Exit, Failure> {
    let mut interrupts = Interrupts::listen()?;
    match meanwhile::send(facade, console, &mut interrupts, Listening::to(name), command).await? {
        Some(done) => super::said(console, &done),
        None => Ok(Exit::Cancelled),
    }
}

/// Fails for what is refused whatever it is about: nothing is announced that can't happen.
fn refuse(facade: &dyn Facade, command: &Command) -> Result<(), Failure> {
    facade.refusal(command).map_or(Ok(()), |refused| Err(refused.into()))
}

/// Says what is about to be allowed. The content that it was said of.
async fn announce(
    facade: &dyn Facade,
    console: &mut Console,
    name: &PluginName,
    trusted: bool,
) -> Result<Option<ContentHash>, Failure> {
    let Answer::Plugin(detail) = facade.query(Query::Plugin { plugin: name.clone() }).await? else {
        return Err(Failure::unexpected_answer());
    };
    // Of one that can't be read there is nothing to allow.
    if detail.content_hash.is_some() {
        console.remark(&announcement(&detail, trusted))?;
    }
    Ok(detail.content_hash)
}

fn announcement(detail: &PluginDetail, trusted: bool) -> String {
    let name = &detail.summary.name;
    let place = match detail.summary.kind {
        Some(PluginKind::Native) if trusted => {
            "will run in this process: permissions are advisory there, and its code can do what you can"
        }
        Some(PluginKind::Native | PluginKind::Python) | None => {
            "will run in a process of its own, confined to its own folders and what it is granted, as far as the kernel \
             here can hold that (`orchestrator doctor` says how far)"
        }
    };
    let mut text = format!("{name} {place}.\n");
    if detail.permissions.is_empty() {
        text.push_str("It asks the host for nothing.");
    } else {
        let (denied, given): (Vec<_>, Vec<_>) = detail.permissions.iter().partition(|view| view.stays_denied);
        if !given.is_empty() {
            text.push_str("It gets what it asks the host for:");
            text.extend(given.iter().map(|view| format!("\n  {}", asked(view))));
        }
        if !denied.is_empty() {
            text.push_str(if given.is_empty() { "What it asks for stays denied:" } else { "\nThis stays denied:" });
            text.extend(denied.iter().map(|view| format!("\n  {}; {}", asked(view), view.rule)));
        }
    }
    text
}

fn asked(view: &PermissionView) -> String {
    let scope = if view.scope.is_empty() { String::new() } else { format!(" ({})", view.scope.join(", ")) };
    let optional = if view.optional { ", optional" } else { "" };
    let reason = view.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{}{scope}{optional}{reason}", view.permission)
}
