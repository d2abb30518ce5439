//! What the faces show of the host.

use std::fmt;
use std::path::PathBuf;

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::OnFailure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::event::{ContentHash, PluginName, PluginState, RunId, RunStatus, Timestamp};
use crate::hook::HandlerLasting;
use crate::permission::{Lasting, UpdatePolicy};

/// What a workbench needs to draw its first frame; events from `host_seq` on keep it true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    pub project: ProjectView,
    pub plugins: Vec<PluginSummary>,
    pub workflows: Vec<WorkflowSummary>,
    pub agents: Vec<AgentSummary>,
    /// The newest runs, newest first.
    pub runs: Vec<RunSummary>,
    /// The host stream's last event that is contained.
    pub host_seq: u64,
}

/// The open project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectView {
    /// The folder's name.
    pub name: String,
    #[schema(value_type = String)]
    pub dir: PathBuf,
    /// Whether the folder has `plugins/` or `config/`; without, the platform's directories serve.
    pub is_project: bool,
}

/// How a plugin's code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PluginKind {
    Native,
    Python,
}

/// Where a plugin's code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// It does not run.
    Nowhere,
    /// In the host's own process.
    Host,
    /// In a process of its own.
    Child,
}

/// What a plugin's process uses, together with those that it started. What it uses of a processor follows from two
/// looks. A limit of 0 is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PluginUsage {
    pub plugin: PluginName,
    pub process: u32,
    /// Of memory.
    pub resident_bytes: u64,
    /// How much memory it may use.
    pub memory_limit_bytes: u64,
    /// Computed so far, in microseconds.
    pub cpu_time_us: u64,
    /// Computed in the oldest open call, in microseconds; absent without one.
    pub call_cpu_us: Option<u64>,
    /// How much it may compute in one call, in microseconds.
    pub call_cpu_limit_us: u64,
    /// Threads and processes.
    pub threads: u64,
    pub threads_limit: u64,
    /// What lies in its own folders; absent until they were looked at.
    pub disk_bytes: Option<u64>,
    pub disk_limit_bytes: u64,
}

/// What a plugin's process may touch and use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SandboxView {
    /// The level's name.
    pub level: String,
    /// What holds at that level, in words.
    pub meaning: String,
    /// Why it is not all, if so.
    pub lacking: Option<String>,
    /// Files and folders that it may read, with all below them.
    #[schema(value_type = Vec<String>)]
    pub reads: Vec<PathBuf>,
    /// And change.
    #[schema(value_type = Vec<String>)]
    pub writes: Vec<PathBuf>,
    /// Whether it may open sockets, to anywhere.
    pub network: bool,
    pub memory_mb: u32,
    /// For one call.
    pub cpu_seconds: u32,
    pub threads: u32,
    pub open_files: u32,
    /// The largest file that it may write.
    pub file_mb: u32,
    /// All that may lie in its own folders.
    pub disk_mb: u32,
}

/// One line of the plugin list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginSummary {
    pub name: PluginName,
    /// Absent when the manifest could not be read.
    pub kind: Option<PluginKind>,
    pub version: Option<String>,
    pub description: String,
    pub state: PluginState,
    /// Why it is in this state, and what to do; both in words.
    pub reason: Option<String>,
    pub remedy: Option<String>,
    /// Came with the program, unchanged.
    pub bundled: bool,
    pub agents: usize,
    pub workflows: usize,
    pub hooks: usize,
    pub routes: usize,
    pub place: Place,
    /// Its own process, if it has one.
    pub process: Option<u32>,
    /// How far the kernel holds that process: a level's name.
    pub sandbox: Option<String>,
    /// Of its files; absent for one that can't be read.
    pub content_hash: Option<ContentHash>,
    pub granted: usize,
    pub requested: usize,
}

/// Everything about a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginDetail {
    pub summary: PluginSummary,
    #[schema(value_type = String)]
    pub dir: PathBuf,
    pub author: Option<String>,
    pub email: Option<String>,
    pub content_hash: Option<ContentHash>,
    /// The library that was or would be loaded.
    #[schema(value_type = Option<String>)]
    pub library: Option<PathBuf>,
    /// Where its code runs, in words.
    pub runs_in: String,
    /// What its process may touch and use; absent for code in this process, and for what never ran.
    pub sandbox: Option<SandboxView>,
    /// What is odd but not wrong: unknown fields, names that another plugin provided first.
    pub warnings: Vec<String>,
    pub permissions: Vec<PermissionView>,
    /// What becomes of its approval when it changes.
    pub policy: UpdatePolicy,
    /// What is other than what was approved; absent where nothing is, or where nothing was approved.
    pub changes: Option<ChangesView>,
    pub agents: Vec<AgentSummary>,
    pub workflows: Vec<WorkflowSummary>,
    pub hooks: Vec<HookSummary>,
    pub routes: Vec<RouteSummary>,
    /// Secrets masked.
    pub config: Value,
    #[schema(value_type = String)]
    pub config_file: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PermissionView {
    pub plugin: PluginName,
    pub permission: Permission,
    /// Empty: everything that the permission covers.
    pub scope: Vec<String>,
    pub reason: Option<String>,
    pub optional: bool,
    pub state: PermissionState,
    /// Where the answer comes from, in words.
    pub rule: String,
    /// How long the answer lasts: a grant, or a denial.
    pub lasting: Option<Lasting>,
    /// It was denied, and approving the plugin does not take that back.
    pub stays_denied: bool,
    /// Whether it can be granted once. What the kernel holds a process to can't: nobody sees when it is used.
    pub takes_once: bool,
    /// How often it was used, and when first and last, as far as the history goes.
    pub used: u64,
    pub first_used: Option<Timestamp>,
    pub last_used: Option<Timestamp>,
    /// What of the plugin would not work without it, in words.
    pub breaks: Vec<String>,
}

/// The project's permissions file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PermissionsFileView {
    #[schema(value_type = String)]
    pub file: PathBuf,
    /// Of the file's text; absent if there is none that can be read.
    pub content: Option<ContentHash>,
    /// Whether what it grants counts on this machine. What it denies counts anyway.
    pub accepted: bool,
    /// What is wrong in it: then nothing of it counts.
    pub problems: Vec<String>,
    pub plugins: Vec<PermissionsFileEntry>,
}

/// What the permissions file says of one plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PermissionsFileEntry {
    pub plugin: PluginName,
    /// What the grants are bound to.
    pub content: ContentHash,
    /// Whether the plugin that is here has that content, or the user's policy carries it over.
    pub is_present: bool,
    /// In words: `spawn (cargo, make)`.
    pub allow: Vec<String>,
    pub deny: Vec<String>,
}

impl fmt::Display for PermissionsFileEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.plugin, self.content.short())?;
        for (name, words) in [("allow", &self.allow), ("deny", &self.deny)] {
            if !words.is_empty() {
                write!(f, "; {name}: {}", words.join(", "))?;
            }
        }
        if self.is_present { Ok(()) } else { f.write_str("; not the content that is here, so it grants nothing") }
    }
}

/// What of a plugin is other than what was approved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangesView {
    /// Paths in its folder; of very many the last one says how many more there are.
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<String>,
    /// What it asks for now and did not, in words.
    pub requests_added: Vec<String>,
    pub requests_removed: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermissionState {
    Granted,
    /// Asked for; nobody has answered.
    Requested,
    Denied,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowSummary {
    pub name: String,
    pub description: String,
    /// Absent for the host's own.
    pub plugin: Option<PluginName>,
    pub agents: Vec<String>,
    pub config_schema: Option<Value>,
    /// What would be denied if it were started now, in words.
    pub denied: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentSummary {
    pub name: String,
    pub role: String,
    pub provider: String,
    /// Absent for the host's own.
    pub plugin: Option<PluginName>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HookSummary {
    pub hook: HookName,
    pub plugin: PluginName,
    pub handler: String,
    pub priority: i32,
    pub timeout_ms: u64,
    pub on_failure: OnFailure,
    /// Its place in the chain, from 1.
    pub order: u32,
    /// How often it was called, as far back as the project's history goes.
    pub fired: u64,
    /// Whether the operator lets it be called.
    pub enabled: bool,
    /// For how long the operator switched it so; absent where it is as the settings and the plugin say.
    #[serde(default)]
    pub switched: Option<HandlerLasting>,
    /// What the operator's settings changed about it, in words.
    #[serde(default)]
    pub overridden: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RouteSummary {
    pub method: String,
    pub path: String,
    pub description: String,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunSummary {
    pub id: RunId,
    pub workflow_type: String,
    pub requirements: String,
    pub plugin: Option<PluginName>,
    pub started: Timestamp,
    /// Absent while it runs, in this process or another.
    pub status: Option<RunStatus>,
    pub reason: Option<String>,
    pub duration_us: Option<u64>,
    /// The last event that is stored; of one run that is asked for, the last that there is.
    pub last_seq: u64,
}

/// One finding of the doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Check {
    pub level: CheckLevel,
    /// What was looked at.
    pub subject: String,
    /// What was found: a path, a version, what is wrong.
    pub finding: String,
    pub remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    Ok,
    /// Nothing is wrong, but less works than could.
    Note,
    Wrong,
}
