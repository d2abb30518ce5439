//! What crosses between a face and the host.

mod command;
mod config;
mod error;
mod facade;
mod link;
mod query;
mod routes;
mod server;
mod views;

pub use crate::config::json::pointer;
pub use crate::config::plugin::general::schema as general_schema;
pub use crate::config::plugin::{ConfigProblem, ConfigValue, ConfigVersion, Origin, SecretChange};
pub use crate::config::schema::{Field, FieldKind, classify};
pub use crate::config::settings::Setting;
pub use crate::hook::{HandlerLasting, HandlerRef};
pub use crate::permission::{AuditAct, AuditEntry, Lasting, PermissionAnswer, UpdatePolicy};
pub use command::{Command, Done, GrantForRun, Hearing, StartRun};
pub use config::{ConfigView, SaveConfig, SettingsView};
pub use error::{FacadeError, FailureKind};
pub use facade::{Facade, Feed};
pub use link::{Away, HostView, INSTANCE_HEADER, LinkView};
pub use orchestrator_protocol::Body;
pub use query::{Answer, Query, RunFilter};
pub use routes::{ApiCall, ApiReply, PluginRoute, RouteAnswer, RouteBody, RouteDocument, RouteFailure};
pub use server::ServerView;
pub use views::{
    AgentSummary, ChangesView, Check, CheckLevel, HookSummary, PermissionState, PermissionView, PermissionsFileEntry,
    PermissionsFileView, Place, PluginDetail, PluginKind, PluginSummary, PluginUsage, ProjectView, RouteSummary,
    RunSummary, SandboxView, Snapshot, WorkflowSummary,
};
