//! Grants for one run that will have no effect.

use orchestrator_protocol::permission::Permission;

use super::console::Console;
use super::exit::Failure;
use crate::orchestrator::api::{Answer, Command, Facade, GrantForRun, PermissionView, Query};

/// Says which grants of a run that is about to start count for nothing, and why.
pub(super) async fn remark_idle(facade: &dyn Facade, console: &mut Console, command: &Command) -> Result<(), Failure> {
    let grants = match command {
        Command::StartRun(start) => &start.grants,
        Command::StartAgent { grants, .. } => grants,
        _ => return Ok(()),
    };
    for grant in grants {
        // One that is not there is refused when the run is started.
        let Ok(Answer::Plugin(detail)) = facade.query(Query::Plugin { plugin: grant.plugin.clone() }).await else {
            continue;
        };
        if let Some(why) = why_idle(grant, &detail.permissions) {
            console.remark(&format!(
                "warning: the grant of {} to {} has no effect: {why}",
                words(grant),
                grant.plugin
            ))?;
        }
    }
    Ok(())
}

fn why_idle(grant: &GrantForRun, asked: &[PermissionView]) -> Option<String> {
    let GrantForRun { plugin, permission, scope } = grant;
    // The run gets a process of its own for a path, asked for or not.
    if *permission == Permission::ReadFiles && scope.is_some() {
        return None;
    }
    let covers = |view: &&PermissionView| {
        let is_named = |scope: &String| view.scope.contains(scope) || *permission == Permission::AccessApi;
        view.permission == *permission && (view.scope.is_empty() || scope.as_ref().is_none_or(is_named))
    };
    match asked.iter().find(covers) {
        None => Some("its plugin.yaml does not ask for it".to_owned()),
        Some(view) if !view.takes_once => Some(format!(
            "the kernel gives it to a process for as long as that runs; grant it with `orchestrator permission grant \
             {plugin} {permission}`"
        )),
        Some(_) => None,
    }
}

fn words(grant: &GrantForRun) -> String {
    match &grant.scope {
        None => grant.permission.to_string(),
        Some(scope) => format!("{} on {scope}", grant.permission),
    }
}
