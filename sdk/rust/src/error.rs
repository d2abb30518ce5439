//! The errors that a plugin reports and sees.

use orchestrator_protocol::{CallError, ErrorKind};

/// A call of the plugin's own that failed, or one of the host's that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// The guide's `PermissionError`: the operator has not granted what the call needs. Whoever can go on without it
    /// matches this; returned from an agent or a workflow, it ends the run as denied.
    #[error("{0}")]
    Permission(String),
    /// The caller wants no more.
    #[error("cancelled: {0}")]
    Cancelled(String),
    #[error("{0}")]
    DeadlineExceeded(String),
    #[error("{0}")]
    NotFound(String),
    /// Anything else, in words.
    #[error("{0}")]
    Failed(String),
}

impl PluginError {
    /// An error in the plugin's own words: what failed, where, and what to do.
    pub fn new(message: impl Into<String>) -> Self {
        PluginError::Failed(message.into())
    }
}

impl From<CallError> for PluginError {
    fn from(error: CallError) -> Self {
        match error.kind {
            ErrorKind::PermissionDenied => PluginError::Permission(error.message),
            ErrorKind::Cancelled => PluginError::Cancelled(error.message),
            ErrorKind::DeadlineExceeded => PluginError::DeadlineExceeded(error.message),
            ErrorKind::NotFound => PluginError::NotFound(error.message),
            ErrorKind::Failed
            | ErrorKind::Panicked
            | ErrorKind::InvalidRequest
            | ErrorKind::Protocol
            | ErrorKind::Unavailable
            | ErrorKind::Unknown => PluginError::Failed(error.message),
        }
    }
}

impl From<PluginError> for CallError {
    fn from(error: PluginError) -> Self {
        let kind = match &error {
            PluginError::Permission(_) => ErrorKind::PermissionDenied,
            PluginError::Cancelled(_) => ErrorKind::Cancelled,
            PluginError::DeadlineExceeded(_) => ErrorKind::DeadlineExceeded,
            PluginError::NotFound(_) => ErrorKind::NotFound,
            PluginError::Failed(_) => ErrorKind::Failed,
        };
        CallError::new(kind, error.to_string())
    }
}

impl From<std::io::Error> for PluginError {
    fn from(error: std::io::Error) -> Self {
        PluginError::Failed(error.to_string())
    }
}

impl From<serde_json::Error> for PluginError {
    fn from(error: serde_json::Error) -> Self {
        PluginError::Failed(error.to_string())
    }
}

/// Why the plugin can't be used, in words, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PluginInitializationError(pub String);
