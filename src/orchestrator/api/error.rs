//! How a command or query fails.

use serde::{Deserialize, Serialize};

use super::command::GrantForRun;

/// What went wrong and what to do about it, for a person; and its kind, for the exit status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}{}", remedy.as_ref().map(|r| format!("\n{r}")).unwrap_or_default())]
pub struct FacadeError {
    pub kind: FailureKind,
    /// What failed, and where.
    pub message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// What would have to be granted for it to work, if it is that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<GrantForRun>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The request is not one that can be answered: a name that is not there, a bad value.
    Usage,
    /// A permission is missing.
    Denied,
    /// It was tried and did not work.
    Failed,
    /// Somebody else changed the same thing meanwhile.
    Conflict,
}

impl FacadeError {
    pub fn usage(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Usage, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn denied(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Denied, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn failed(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Failed, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}
