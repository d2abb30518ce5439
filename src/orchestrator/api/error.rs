//! How a command or query fails.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::GrantForRun;

/// What went wrong and what to do about it, for a person; and its kind, for the exit status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, ToSchema)]
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The request is not one that can be answered: a bad value, or one of a part that does not exist.
    Usage,
    /// What it is about is not there: the same request may be right at another time.
    Missing,
    /// A permission is missing.
    Denied,
    /// It was tried and did not work.
    Failed,
    /// Somebody else changed the same thing meanwhile.
    Conflict,
    /// There is nothing that it could be done to; it may be done already.
    Nothing,
}

impl FacadeError {
    pub fn usage(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Usage, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn missing(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Missing, ..FacadeError::usage(message) }
    }

    pub fn denied(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Denied, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn failed(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Failed, message: message.into(), remedy: None, needs: Vec::new() }
    }

    pub fn nothing(message: impl Into<String>) -> Self {
        FacadeError { kind: FailureKind::Nothing, ..FacadeError::usage(message) }
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}
