//! How a call fails.

use serde::{Deserialize, Serialize};

/// Why a call failed, in words for a person and in a kind for code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    pub kind: ErrorKind,
    /// One or more lines: what failed, where, and what to do.
    pub message: String,
    /// Where in the plugin's own code, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceback: Option<String>,
}

impl CallError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        CallError { kind, message: message.into(), traceback: None }
    }

    /// The plugin's own code said no.
    pub fn failed(message: impl Into<String>) -> Self {
        CallError::new(ErrorKind::Failed, message)
    }
}

/// What a caller can tell failures apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The called code reported an error of its own.
    Failed,
    /// The called code panicked.
    Panicked,
    /// A permission is missing: the guide's `PermissionError`.
    PermissionDenied,
    /// The caller, or someone above it, wanted no more.
    Cancelled,
    /// The time was up.
    DeadlineExceeded,
    /// There is no such agent, workflow, handler, route or program.
    NotFound,
    /// The request's shape is wrong.
    InvalidRequest,
    /// A message broke the protocol's rules (credit, size, an id used twice).
    Protocol,
    /// The other side is gone, or was never ready.
    Unavailable,
    /// A kind that a newer peer knows and this one does not.
    #[serde(other)]
    Unknown,
}
