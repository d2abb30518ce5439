//! What a face may ask the host to do.

use std::fmt;

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::config::SaveConfig;
use super::routes::{ApiCall, ApiReply};
use crate::event::{ContentHash, PluginName, RunId};
use crate::hook::{HandlerLasting, HandlerRef};
use crate::permission::{PermissionAnswer, UpdatePolicy};

/// Changes something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    StartRun(StartRun),
    /// Runs one agent alone, as a run of its own.
    StartAgent {
        agent: String,
        task: String,
        #[serde(default)]
        context: Value,
        /// What else its request has.
        #[serde(default)]
        more: Box<Map<String, Value>>,
        #[serde(default)]
        grants: Vec<GrantForRun>,
        #[serde(default)]
        timeout_ms: Option<u64>,
        /// As in [`StartRun`].
        #[serde(default)]
        install: bool,
    },
    CancelRun {
        run: RunId,
        /// Who wants it, in words: it ends up in the run's reason.
        by: String,
    },
    LoadPlugin {
        plugin: PluginName,
    },
    UnloadPlugin {
        plugin: PluginName,
    },
    ReloadPlugin {
        plugin: PluginName,
    },
    /// Approves the plugin's present content: it may be built, installed and run, in a process of its own, and gets
    /// what it asks for and was not denied. Then loads it.
    ApprovePlugin {
        plugin: PluginName,
        /// The content that was looked at, as [`super::PluginDetail`] told it: another one is not approved.
        #[serde(default)]
        seen: Option<ContentHash>,
    },
    /// Approves the plugin's present content, and trusts it to run in this process if it is native. Then loads it
    /// there.
    TrustPlugin {
        plugin: PluginName,
        /// As for `ApprovePlugin`.
        #[serde(default)]
        seen: Option<ContentHash>,
    },
    /// Takes the trust back: the plugin runs in a process of its own again. It stays approved.
    DistrustPlugin {
        plugin: PluginName,
    },
    /// Installs the packages that an approved plugin needs, and loads it.
    InstallPlugin {
        plugin: PluginName,
        /// Whether packages may be built from source, which runs their code; else only built ones are taken.
        #[serde(default)]
        source_distributions: bool,
    },
    /// Answers a plugin's request for a permission.
    AnswerPermission {
        plugin: PluginName,
        permission: Permission,
        /// What of it; empty for everything that the plugin asks for.
        #[serde(default)]
        scope: Vec<String>,
        answer: PermissionAnswer,
    },
    /// Forgets every answer about one permission, or about all of them: what the plugin asks for is a request again.
    ResetPermission {
        plugin: PluginName,
        #[serde(default)]
        permission: Option<Permission>,
    },
    /// Says what becomes of the plugin's approval when it changes.
    SetPolicy {
        plugin: PluginName,
        policy: UpdatePolicy,
    },
    /// Takes one permission away, at once.
    RevokePermission {
        plugin: PluginName,
        permission: Permission,
    },
    /// Takes note that answers about a plugin's permissions were changed by another process: looks at the files now,
    /// and forgets what only this process remembers of answers about the same. The message says what there was.
    ForgetAnswers {
        plugin: PluginName,
        /// Every one without it.
        #[serde(default)]
        permission: Option<Permission>,
        /// What of it; empty for all.
        #[serde(default)]
        scope: Vec<String>,
        /// Whether what was granted to single runs is taken away too.
        #[serde(default)]
        with_runs: bool,
    },
    /// Calls a plugin's route, without a server; answered with what it answers.
    CallRoute(ApiCall),
    /// Lets a hook handler be called, or keeps it from being called.
    SetHandler {
        plugin: PluginName,
        hook: HookName,
        handler: String,
        enabled: bool,
        lasting: HandlerLasting,
    },
    /// Saves a plugin's config, and hands it to the plugin.
    SaveConfig(SaveConfig),
    /// Saves a kept version of a plugin's config again.
    RestoreConfig {
        plugin: PluginName,
        id: String,
        /// Who wants it, in words.
        by: String,
    },
    /// Accepts the project's permissions file, as it is now, on this machine.
    AcceptPermissionsFile {
        /// What was looked at, as [`super::PermissionsFileView`] told it: another file is not accepted.
        #[serde(default)]
        seen: Option<ContentHash>,
    },
    /// Starts the host's HTTP server.
    StartServer {
        /// The setting counts without it; 0 is any that is free.
        #[serde(default)]
        port: Option<u16>,
    },
    /// Ends the HTTP server. Answered when it has ended; the message says what had to be cancelled.
    StopServer,
}

/// Starts a workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartRun {
    pub workflow_type: String,
    pub requirements: String,
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Permissions for this run alone.
    #[serde(default)]
    pub grants: Vec<GrantForRun>,
    /// The longest that the run may take; the setting applies without it.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// Whether the packages of the plugin that provides it are installed first, if it is approved and they are not.
    #[serde(default)]
    pub install: bool,
    /// Hook handlers that are not called in this run.
    #[serde(default)]
    pub without_handlers: Vec<HandlerRef>,
}

/// A permission that counts for one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantForRun {
    pub plugin: PluginName,
    pub permission: Permission,
    /// Without it, whatever the plugin asked for.
    #[serde(default)]
    pub scope: Option<String>,
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Done {
    /// What a plugin's route answered.
    Answered(Box<ApiReply>),
    /// The run has its number and its first event.
    RunStarted { run: RunId },
    /// Done; the words say what it means, if there is something to say.
    Ok {
        #[serde(default)]
        message: String,
    },
    /// The same, and other hosts that have the project open were told.
    Shared { message: String, hosts: Vec<Hearing> },
}

/// What another host, which has the same project open, made of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hearing {
    /// What it is, in words, if it said so.
    pub face: Option<String>,
    pub process: u32,
    /// Whether the change counts there now.
    pub in_effect: bool,
    /// What it says of it, or why the change does not count.
    pub words: String,
}

impl fmt::Display for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.in_effect { "" } else { "not " };
        let face = self.face.as_deref().unwrap_or("another host");
        write!(f, "{not}in effect in {face}, process {}", self.process)?;
        if self.words.is_empty() { Ok(()) } else { write!(f, ": {}", self.words) }
    }
}
