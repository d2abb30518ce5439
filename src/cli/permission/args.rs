//! The grammar of `orchestrator permission`.

use clap::{Args, Subcommand, ValueEnum};
use orchestrator_protocol::permission::Permission;

use crate::cli::args::Json;
use crate::event::PluginName;
use crate::orchestrator::api::{PermissionAnswer, UpdatePolicy};

#[derive(Debug, Subcommand)]
pub enum PermissionCommand {
    /// What each plugin asks for, how it stands, and how often it was used
    List(ListArgs),
    /// Give a plugin a permission that it asks for
    ///
    /// Without a scope it gets all that it asks for; with one, that alone. It never gets more than it asks for. The
    /// answer is written into config/permissions.yaml, and counts in every host that has the project open, at once.
    Grant(GrantArgs),
    /// Take a permission away, at once
    ///
    /// Calls that use it end, here and in every host that has the project open; what does not use it goes on.
    /// Afterwards it is a request again.
    Revoke(RevokeArgs),
    /// Say no to a permission
    ///
    /// A no goes over every yes, also over --grant for one run. It counts in every host that has the project open.
    Deny(DenyArgs),
    /// Forget what was answered: what the plugin asks for is a request again
    Reset(ResetArgs),
    /// Who decided what, and what plugins were denied, newest first
    Audit(AuditArgs),
    /// Accept the project's config/permissions.yaml, as it is now, on this machine
    ///
    /// Read it first: until then, nothing counts that it grants.
    Accept(Json),
    /// Say what becomes of a plugin's approval when its files change
    Policy(PolicyArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Of this plugin alone
    pub plugin: Option<PluginName>,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct GrantArgs {
    /// `orchestrator plugin list` names them
    pub plugin: PluginName,
    /// `orchestrator permission list` shows what it asks for
    pub permission: Permission,
    /// Only for this: a program for spawn, an agent for execute_agent, a path for read_files; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// For the next run that uses it, in the hosts that have the project open now; not for files and all of the
    /// network, which the kernel gives to a process as long as it runs
    #[arg(long, group = "lasting")]
    pub once: bool,
    /// Until they end, in the hosts that have the project open now
    #[arg(long, group = "lasting")]
    pub session: bool,
    /// For good, as long as the plugin stays as it is [default]
    #[arg(long, group = "lasting")]
    pub always: bool,
    #[command(flatten)]
    pub json: Json,
}

impl GrantArgs {
    pub(super) fn answer(&self) -> PermissionAnswer {
        match (self.once, self.session) {
            (true, _) => PermissionAnswer::Once,
            (false, true) => PermissionAnswer::Session,
            (false, false) => PermissionAnswer::Always,
        }
    }
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    pub plugin: PluginName,
    pub permission: Permission,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct DenyArgs {
    pub plugin: PluginName,
    pub permission: Permission,
    /// Only this; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// Until they end, in the hosts that have the project open now
    #[arg(long, group = "lasting")]
    pub session: bool,
    /// For good, whatever becomes of the plugin [default]
    #[arg(long, group = "lasting")]
    pub always: bool,
    #[command(flatten)]
    pub json: Json,
}

impl DenyArgs {
    pub(super) fn answer(&self) -> PermissionAnswer {
        if self.session { PermissionAnswer::Deny } else { PermissionAnswer::DenyAlways }
    }
}

#[derive(Debug, Args)]
pub struct ResetArgs {
    pub plugin: PluginName,
    /// Only what was answered about this one
    pub permission: Option<Permission>,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Of this plugin alone
    pub plugin: Option<PluginName>,
    /// How many lines
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Args)]
pub struct PolicyArgs {
    pub plugin: PluginName,
    pub policy: Policy,
    #[command(flatten)]
    pub json: Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Policy {
    /// It is held until it is approved again
    Hold,
    /// It stays approved, with its grants, if it asks for no more than before
    #[value(name = "keep_if_no_more", alias = "keep")]
    KeepIfNoMore,
    /// Whatever lies in its folder counts as approved: for a plugin that you are writing
    Dev,
}

impl From<Policy> for UpdatePolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Hold => UpdatePolicy::Hold,
            Policy::KeepIfNoMore => UpdatePolicy::KeepIfNoMore,
            Policy::Dev => UpdatePolicy::Dev,
        }
    }
}
