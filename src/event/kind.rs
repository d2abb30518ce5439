//! The types of events and their own fields.

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::LogLevel;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ContentHash, RunId};

/// What happened. The types belong to the host: nothing that a plugin sends becomes one of them unless it has
/// exactly that type's shape, and even then only the four that the guide's workflows yield.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The first of a run.
    RunStarted {
        workflow_type: String,
        requirements: String,
        /// Secrets masked.
        config: Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_hash: Option<ContentHash>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent_run: Option<RunId>,
    },
    PhaseStart {
        phase: String,
    },
    PhaseComplete {
        phase: String,
        #[serde(default)]
        result: Value,
    },
    AgentStarted {
        agent: String,
        /// Secrets masked.
        request: Value,
        provider: String,
    },
    /// Pieces of an agent's output, cleaned, in order, as many as were ready at once.
    AgentOutput {
        agent: String,
        items: Vec<String>,
    },
    AgentFinished {
        agent: String,
        status: AgentStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        duration_us: u64,
        #[serde(default, skip_serializing_if = "Value::is_null")]
        usage: Value,
    },
    HookStarted {
        hook: HookName,
        handler: String,
        order: u32,
    },
    HookFinished {
        hook: HookName,
        handler: String,
        /// The handler's place in its chain, from 1.
        order: u32,
        outcome: HookOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        duration_us: u64,
        /// The payload's last part as the handler got it, if it was called; and as it left it, where it changed it or
        /// supplied the output in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<BodyRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<BodyRef>,
    },
    PermissionChecked {
        permission: Permission,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        decision: Decision,
        /// What decided, in words.
        rule: String,
    },
    /// What the workflow came to, after the `post_workflow_execution` hooks.
    FinalResult {
        status: String,
        #[serde(default)]
        results: Value,
        /// What else the workflow or its hooks put beside the two.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        extra: Map<String, Value>,
    },
    /// Any other dict that the workflow yielded, whole.
    WorkflowEvent {
        data: Value,
    },
    /// Exactly once, the last of a run.
    RunFinished {
        status: RunStatus,
        /// Who or what ended it; absent when it simply completed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        duration_us: u64,
    },
    PluginState {
        state: PluginState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remedy: Option<String>,
    },
    PluginLog {
        level: LogLevel,
        message: String,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        fields: Map<String, Value>,
    },
    ConfigChanged {
        who: String,
        what: Value,
    },
    GrantChanged {
        who: String,
        what: Value,
    },
}

/// How a run stands or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Completed,
    Failed,
    Cancelled,
    Denied,
    /// Its host process ended before it did.
    Interrupted,
}

impl RunStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            RunStatus::Completed => "completed",
            RunStatus::Failed => "failed",
            RunStatus::Cancelled => "cancelled",
            RunStatus::Denied => "denied",
            RunStatus::Interrupted => "interrupted",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    Completed,
    Failed,
    Cancelled,
    Denied,
}

impl AgentStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            AgentStatus::Completed => "completed",
            AgentStatus::Failed => "failed",
            AgentStatus::Cancelled => "cancelled",
            AgentStatus::Denied => "denied",
        }
    }
}

/// What became of a hook delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HookOutcome {
    Unchanged,
    Changed,
    /// The handler said no.
    Denied,
    /// The handler gave the agent's output; the agent was not run.
    Supplied,
    Failed,
    TimedOut,
    /// Not called, or called and its answer discarded, for want of a permission.
    NotPermitted,
    /// Not called because the chain had ended or its plugin was not there.
    Skipped,
}

impl HookOutcome {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            HookOutcome::Unchanged => "unchanged",
            HookOutcome::Changed => "changed",
            HookOutcome::Denied => "denied",
            HookOutcome::Supplied => "supplied",
            HookOutcome::Failed => "failed",
            HookOutcome::TimedOut => "timed out",
            HookOutcome::NotPermitted => "not permitted",
            HookOutcome::Skipped => "skipped",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Granted,
    Denied,
}

impl Decision {
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Granted => "granted",
            Decision::Denied => "denied",
        }
    }
}

/// The state of a plugin. Failure is a state, not a surprise: each comes with a reason and what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    Discovered,
    NeedsApproval,
    NeedsInstall,
    Building,
    Loading,
    Active,
    /// Works with less than it should.
    Degraded,
    Disabled,
    /// Its manifest or its library is not usable.
    Broken,
    Crashed,
    /// Not used any more because it hung or crashed too often.
    Quarantined,
    Stopped,
}

impl PluginState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            PluginState::Discovered => "discovered",
            PluginState::NeedsApproval => "needs approval",
            PluginState::NeedsInstall => "needs install",
            PluginState::Building => "building",
            PluginState::Loading => "loading",
            PluginState::Active => "active",
            PluginState::Degraded => "degraded",
            PluginState::Disabled => "disabled",
            PluginState::Broken => "broken",
            PluginState::Crashed => "crashed",
            PluginState::Quarantined => "quarantined",
            PluginState::Stopped => "stopped",
        }
    }

    /// The word for it with its verb, for a sentence: `is active`, `needs approval`.
    pub fn as_predicate(self) -> &'static str {
        match self {
            PluginState::Discovered => "is discovered",
            PluginState::NeedsApproval => "needs approval",
            PluginState::NeedsInstall => "needs install",
            PluginState::Building => "is building",
            PluginState::Loading => "is loading",
            PluginState::Active => "is active",
            PluginState::Degraded => "is degraded",
            PluginState::Disabled => "is disabled",
            PluginState::Broken => "is broken",
            PluginState::Crashed => "has crashed",
            PluginState::Quarantined => "is quarantined",
            PluginState::Stopped => "is stopped",
        }
    }

    /// Whether its agents, workflows and hooks can be used.
    pub fn is_usable(self) -> bool {
        matches!(self, PluginState::Active | PluginState::Degraded)
    }
}

/// Points at a kept body: a hook's payload before or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BodyRef {
    /// Of the bytes that are kept.
    pub hash: ContentHash,
    /// The whole body's length in bytes.
    pub bytes: u64,
    /// Whether less than the whole was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}
