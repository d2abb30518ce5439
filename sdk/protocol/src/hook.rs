//! One hook delivery, and its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The extension points. Handlers get the payload's parts as positional arguments; what they return replaces
/// the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum HookName {
    /// `(context)`, before a workflow starts.
    PreWorkflowExecution,
    /// `(context, result)`, after it ended, in reverse order.
    PostWorkflowExecution,
    /// `(context, request)`, before an agent starts.
    PreAgentExecution,
    /// `(context, output)`, after it ended well, in reverse order. `output` is the agent's text.
    PostAgentExecution,
    /// `(request)`, before a plugin's route is called.
    PreApiRequest,
    /// `(request, response)`, after it answered, in reverse order.
    PostApiRequest,
    /// `(plugin)`, before what a plugin contributes is taken into use.
    PluginLoad,
    /// `(change)`, before a plugin runs with another config than before.
    ConfigChange,
    /// `(batch)`, with some events of a run, while it goes on.
    RunEvent,
    /// `(context, status, reason)`, once, when a run is over.
    RunEnd,
}

impl HookName {
    pub const ALL: [HookName; 10] = [
        HookName::PreWorkflowExecution,
        HookName::PostWorkflowExecution,
        HookName::PreAgentExecution,
        HookName::PostAgentExecution,
        HookName::PreApiRequest,
        HookName::PostApiRequest,
        HookName::PluginLoad,
        HookName::ConfigChange,
        HookName::RunEvent,
        HookName::RunEnd,
    ];

    /// The name as manifests and handlers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            HookName::PreWorkflowExecution => "pre_workflow_execution",
            HookName::PostWorkflowExecution => "post_workflow_execution",
            HookName::PreAgentExecution => "pre_agent_execution",
            HookName::PostAgentExecution => "post_agent_execution",
            HookName::PreApiRequest => "pre_api_request",
            HookName::PostApiRequest => "post_api_request",
            HookName::PluginLoad => "plugin_load",
            HookName::ConfigChange => "config_change",
            HookName::RunEvent => "run_event",
            HookName::RunEnd => "run_end",
        }
    }

    /// `post_*` hooks run in reverse, so that the plugin that was first before is last after.
    pub fn runs_in_reverse(self) -> bool {
        match self {
            HookName::PostWorkflowExecution | HookName::PostAgentExecution | HookName::PostApiRequest => true,
            HookName::PreWorkflowExecution
            | HookName::PreAgentExecution
            | HookName::PreApiRequest
            | HookName::PluginLoad
            | HookName::ConfigChange
            | HookName::RunEvent
            | HookName::RunEnd => false,
        }
    }
}

impl std::fmt::Display for HookName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for HookName {
    type Err = UnknownHook;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        HookName::ALL.into_iter().find(|hook| hook.as_str() == name).ok_or_else(|| UnknownHook(name.to_owned()))
    }
}

/// A name that is no hook's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no hook `{0}`; the hooks are {known}", known = HookName::ALL.map(HookName::as_str).join(", "))]
pub struct UnknownHook(pub String);

/// Asks one handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HookRequest {
    pub hook: HookName,
    pub handler: String,
    /// The payload's parts, in the order of the hook's table.
    pub args: Vec<Value>,
}

/// A handler's answer. A failure is never a denial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum HookReply {
    /// The payload stays as it was.
    Unchanged,
    /// `value` replaces the payload's last part.
    Changed { value: Value },
    /// What was about to happen must not.
    Denied { reason: String },
    /// Only to `pre_agent_execution`: the agent is not run, this is its output.
    Supplied { output: String },
    /// The handler could not do its work.
    Failed { error: crate::CallError },
}
