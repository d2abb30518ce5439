//! What an operator answers to a request, and what holds when a plugin changes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An answer to a request for a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermissionAnswer {
    /// Yes, to the next run that uses it, for as long as that run lasts; or to the next single use outside runs.
    Once,
    /// Yes, until this process ends.
    Session,
    /// Yes, written into the project's permissions file.
    Always,
    /// No, until this process ends.
    Deny,
    /// No, written into the project's permissions file.
    DenyAlways,
}

impl PermissionAnswer {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            PermissionAnswer::Once => "once",
            PermissionAnswer::Session => "session",
            PermissionAnswer::Always => "always",
            PermissionAnswer::Deny => "deny",
            PermissionAnswer::DenyAlways => "deny always",
        }
    }
}

/// How long a grant lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lasting {
    /// Until it was used once.
    Once,
    /// Within one run.
    Run,
    /// Until this process ends.
    Session,
    Always,
}

/// What becomes of a plugin's approval and grants when its content changes. Kept in the user's own state, never in
/// a project: what arrives with a project can't relax it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdatePolicy {
    /// It is held until it is approved again.
    #[default]
    Hold,
    /// It keeps both if it asks for no more than what was approved. It never keeps trust.
    KeepIfNoMore,
    /// Whatever lies in its folder counts as approved: for a plugin that is being written. It never counts as
    /// trusted.
    Dev,
}

impl UpdatePolicy {
    /// The name as commands take it.
    pub fn as_str(self) -> &'static str {
        match self {
            UpdatePolicy::Hold => "hold",
            UpdatePolicy::KeepIfNoMore => "keep_if_no_more",
            UpdatePolicy::Dev => "dev",
        }
    }
}
