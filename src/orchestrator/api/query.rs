//! What a face may ask to know.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::config::{ConfigView, SettingsView};
use super::routes::{PluginRoute, RouteDocument};
use super::server::ServerView;
use super::views::{
    AgentSummary, Check, HookSummary, PermissionView, PermissionsFileView, PluginDetail, PluginSummary, PluginUsage,
    RunSummary, Snapshot, WorkflowSummary,
};
use crate::config::plugin::ConfigProblem;
use crate::event::{BodyRef, Event, PluginName, RunId, StreamId};
use crate::permission::AuditEntry;

/// Changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "query", rename_all = "snake_case")]
pub enum Query {
    /// Everything that a workbench shows when it opens.
    Snapshot,
    Plugins,
    Plugin {
        plugin: PluginName,
    },
    Workflows,
    Agents,
    Hooks,
    /// The routes of plugins that run.
    Routes,
    /// What those plugins say of their routes themselves.
    RouteDocuments,
    Permissions,
    /// What the project's permissions file says, accepted or not.
    PermissionsFile,
    /// The audit log, newest first.
    Audit {
        /// Of this plugin alone.
        #[serde(default)]
        plugin: Option<PluginName>,
        limit: u32,
    },
    /// A plugin's config as it is now.
    Config {
        plugin: PluginName,
    },
    /// What would be wrong with a text as a plugin's config; it is not saved.
    CheckConfig {
        plugin: PluginName,
        document: String,
    },
    /// The text of a kept version of a plugin's config.
    ConfigVersion {
        plugin: PluginName,
        id: String,
    },
    /// The application's own settings.
    Settings,
    /// What the plugins' processes use now.
    Usage,
    Runs(RunFilter),
    Run {
        run: RunId,
    },
    /// Stored events of a stream, oldest first.
    Events {
        stream: StreamId,
        from_seq: u64,
        limit: u32,
    },
    /// The newest deliveries of hooks outside of runs that are over, oldest first, by every process that had the project
    /// open.
    HostDeliveries {
        limit: u32,
    },
    /// A hook's payload before or after.
    Body {
        body: BodyRef,
    },
    Doctor,
    /// How the host's HTTP server stands.
    Server,
}

/// Which runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunFilter {
    pub limit: u32,
}

impl Default for RunFilter {
    fn default() -> Self {
        RunFilter { limit: 50 }
    }
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", content = "value", rename_all = "snake_case")]
pub enum Answer {
    Snapshot(Box<Snapshot>),
    Plugins(Vec<PluginSummary>),
    Plugin(Box<PluginDetail>),
    Workflows(Vec<WorkflowSummary>),
    Agents(Vec<AgentSummary>),
    Hooks(Vec<HookSummary>),
    Routes(Vec<PluginRoute>),
    RouteDocuments(Vec<RouteDocument>),
    Permissions(Vec<PermissionView>),
    PermissionsFile(Box<PermissionsFileView>),
    Audit(Vec<AuditEntry>),
    Config(Box<ConfigView>),
    ConfigProblems(Vec<ConfigProblem>),
    ConfigDocument(String),
    Settings(Box<SettingsView>),
    Usage(Vec<PluginUsage>),
    Runs(Vec<RunSummary>),
    Run(Box<RunSummary>),
    Events(Vec<Event>),
    /// The kept bytes, as JSON where they are whole, else as text.
    Body(Value),
    Doctor(Vec<Check>),
    Server(Box<ServerView>),
}
