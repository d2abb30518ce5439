//! One line of the audit log.

use orchestrator_protocol::permission::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{ContentHash, Decision, PluginName, RunId, Timestamp};

/// What was decided or changed, by whom, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    pub time: Timestamp,
    /// In words: `the operator`, or `the plugin` for what it tried.
    pub who: String,
    pub what: AuditAct,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginName>,
    /// The plugin's content at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
    /// What of the permission it is about; empty for all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The run in which it was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The rule or the answer, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditAct {
    /// A plugin tried something that it may not do.
    Denied,
    /// A plugin's content was approved, with all that it asks for.
    Approved,
    Trusted,
    Distrusted,
    /// A request was answered; `why` says how.
    Answered,
    Revoked,
    /// All answers were forgotten.
    Reset,
    /// What becomes of a plugin that changes was set; `why` says to what.
    PolicySet,
    /// The project's permissions file was accepted on this machine.
    FileAccepted,
    /// This line of the log can't be read; `why` says where it is.
    Damaged,
}

impl AuditAct {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            AuditAct::Denied => "denied",
            AuditAct::Approved => "approved",
            AuditAct::Trusted => "trusted",
            AuditAct::Distrusted => "distrusted",
            AuditAct::Answered => "answered",
            AuditAct::Revoked => "revoked",
            AuditAct::Reset => "reset",
            AuditAct::PolicySet => "policy set",
            AuditAct::FileAccepted => "file accepted",
            AuditAct::Damaged => "damaged",
        }
    }
}

impl AuditEntry {
    /// What somebody did, now. The rest is filled in.
    pub(in crate::permission) fn now(who: &str, what: AuditAct) -> Self {
        AuditEntry {
            time: Timestamp::now(),
            who: who.to_owned(),
            what,
            plugin: None,
            content: None,
            permission: None,
            scope: Vec::new(),
            decision: None,
            run: None,
            why: String::new(),
        }
    }
}
