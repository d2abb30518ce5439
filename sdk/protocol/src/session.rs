//! The greeting, the configuration handed over, and what a plugin contributes.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ProtocolVersion;
use crate::hook::HookName;
use crate::permission::Granted;

/// Who is speaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: ProtocolVersion,
    /// Name and version of the speaker's software, for messages to people.
    pub software: String,
}

/// What a plugin is started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Initialize {
    /// The plugin's name as its manifest gives it.
    pub name: String,
    /// Its configuration: the file's values over the schema's and the general defaults.
    pub config: Map<String, Value>,
    /// The folder of the plugin's manifest, for reading.
    pub plugin_dir: PathBuf,
    /// A folder of its own that survives restarts.
    pub data_dir: PathBuf,
    /// The folder of the project that is open.
    pub project_dir: PathBuf,
    /// What the manifest declares by the names of its code, for plugins whose code is found by name.
    #[serde(default)]
    pub declared: Declared,
    /// What is granted to the plugin now, outside any run; [`Message::PermissionsChanged`](crate::Message) tells of
    /// changes.
    #[serde(default)]
    pub permissions: Vec<Granted>,
}

/// What a manifest says of a plugin's code, as dotted paths relative to the plugin's folder. Native libraries have no
/// use for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The plugin's class in `main.py`; without it, the one subclass of `BasePlugin` there, else `Plugin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    #[serde(default)]
    pub agents: Vec<DeclaredComponent>,
    #[serde(default)]
    pub workflows: Vec<DeclaredComponent>,
    #[serde(default)]
    pub routers: Vec<String>,
    #[serde(default)]
    pub hooks: Vec<DeclaredHook>,
}

/// An agent's or a workflow's name, and the class that is it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredComponent {
    pub name: String,
    /// Such as `agents.CustomAgent`.
    pub class: String,
}

/// A hook, and the function that handles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredHook {
    pub hook: HookName,
    /// Such as `hooks.pre_workflow_handler`.
    pub handler: String,
}

/// What a plugin contributes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Initialized {
    #[serde(default)]
    pub agents: Vec<AgentInfo>,
    #[serde(default)]
    pub workflows: Vec<WorkflowInfo>,
    #[serde(default)]
    pub routes: Vec<RouteInfo>,
    #[serde(default)]
    pub hooks: Vec<HookInfo>,
    /// Why the plugin works with less than it should, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degraded: Option<String>,
}

/// An agent, as its plugin describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInfo {
    pub name: String,
    #[serde(default)]
    pub role: String,
    /// What does the work: a model's name, a program, or `native code`.
    #[serde(default)]
    pub provider: String,
    /// The longest that one run may take; the host's setting applies without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// A workflow, as its plugin describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowInfo {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// The agents that it says it runs, for people and for saying beforehand what would be denied.
    #[serde(default)]
    pub agents: Vec<String>,
    /// A JSON Schema of its config, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_schema: Option<Value>,
}

/// An API route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteInfo {
    pub method: String,
    /// The whole path, the router's prefix included.
    pub path: String,
    #[serde(default)]
    pub description: String,
}

/// A registered hook handler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookInfo {
    pub hook: HookName,
    /// The handler's name: unique within the plugin and hook, shown in the trace.
    pub handler: String,
    /// Higher runs first (last, in `post_*`).
    #[serde(default)]
    pub priority: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub on_failure: OnFailure,
}

/// What becomes of the run when a handler fails or takes too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum OnFailure {
    /// It goes on with the payload unchanged.
    #[default]
    Continue,
    /// It ends as failed.
    Abort,
}

/// A line for the log, with the plugin's own fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub level: LogLevel,
    pub message: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// The host's call during which it was said, so that it can be shown in its run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<crate::CallId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

/// The host is closing the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shutdown {
    /// Milliseconds until the host waits no longer.
    pub deadline_ms: u64,
}

/// The plugin has closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// What went wrong while closing, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
