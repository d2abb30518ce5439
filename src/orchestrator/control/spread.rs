//! Whom a command concerns beside the host that it is given to.

use crate::event::PluginName;
use crate::hook::HandlerLasting;
use crate::orchestrator::api::{Command, PermissionAnswer, UpdatePolicy};

pub(super) enum Spread {
    /// Nobody: it is about this process.
    Own,
    /// It is kept in memory alone, by every host that is to know it.
    Memory,
    /// It changes files that all have in common; this is what the others do then.
    Files(FollowUp),
}

#[derive(Debug, Clone)]
pub(super) enum FollowUp {
    /// Look at the files now instead of a moment later.
    Look,
    Do(Command),
    /// Look at the plugin's folder again and load it, unless it runs there.
    Load(PluginName),
    /// Load the plugin again if it runs in the host's own process; elsewhere it goes on.
    MoveOut(PluginName),
}

pub(super) fn spread(command: &Command) -> Spread {
    let forget = |plugin: &PluginName, permission, scope: &[String], with_runs| {
        let (plugin, scope) = (plugin.clone(), scope.to_vec());
        Spread::Files(FollowUp::Do(Command::ForgetAnswers { plugin, permission, scope, with_runs }))
    };
    match command {
        Command::StartRun(_)
        | Command::CallRoute(_)
        | Command::StartAgent { .. }
        | Command::CancelRun { .. }
        | Command::LoadPlugin { .. }
        | Command::UnloadPlugin { .. }
        | Command::ReloadPlugin { .. }
        // Each host notices the file by itself.
        | Command::SaveConfig(_)
        | Command::RestoreConfig { .. }
        | Command::ForgetAnswers { .. }
        | Command::StartServer { .. }
        | Command::StopServer => Spread::Own,
        // What runs there goes on as it is; one that was trusted meanwhile moves when it is loaded the next time.
        Command::ApprovePlugin { plugin, seen: _ }
        | Command::TrustPlugin { plugin, seen: _ }
        | Command::InstallPlugin { plugin, source_distributions: _ } => Spread::Files(FollowUp::Load(plugin.clone())),
        // Code that nobody trusts any more must not stay in a host's process.
        Command::DistrustPlugin { plugin } => {
            Spread::Files(FollowUp::MoveOut(plugin.clone()))
        }
        Command::AnswerPermission { plugin, permission, scope, answer } => match answer {
            PermissionAnswer::Once | PermissionAnswer::Session | PermissionAnswer::Deny => Spread::Memory,
            // What was answered for a session would go before it.
            PermissionAnswer::Always | PermissionAnswer::DenyAlways => forget(plugin, Some(*permission), scope, false),
        },
        Command::ResetPermission { plugin, permission } => forget(plugin, *permission, &[], true),
        Command::RevokePermission { plugin, permission } => forget(plugin, Some(*permission), &[], true),
        Command::SetPolicy { plugin, policy } => match policy {
            UpdatePolicy::Hold => Spread::Files(FollowUp::Look),
            // What was held may no longer be.
            UpdatePolicy::KeepIfNoMore | UpdatePolicy::Dev => Spread::Files(FollowUp::Load(plugin.clone())),
        },
        Command::SetHandler { plugin, hook, handler, enabled, lasting } => match lasting {
            HandlerLasting::Session => Spread::Own,
            // It is written down already.
            HandlerLasting::Always => Spread::Files(FollowUp::Do(Command::SetHandler {
                plugin: plugin.clone(),
                hook: *hook,
                handler: handler.clone(),
                enabled: *enabled,
                lasting: HandlerLasting::Session,
            })),
        },
        Command::AcceptPermissionsFile { .. } => Spread::Files(FollowUp::Look),
    }
}
