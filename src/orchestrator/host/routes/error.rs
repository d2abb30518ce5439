//! Why a request was not answered by a route.

use orchestrator_protocol::CallError;

use crate::orchestrator::api::{FacadeError, GrantForRun};

/// Each has the HTTP status that a server answers it with.
#[derive(Debug, thiserror::Error)]
pub(in crate::orchestrator::host) enum RouteError {
    #[error("no active plugin has a route for {path}")]
    NotFound { path: String },
    #[error("{path} takes {known} only")]
    Method { path: String, known: String },
    /// A permission is missing, or was taken away meanwhile.
    #[error("{words}")]
    NotPermitted { words: String, needs: Vec<GrantForRun> },
    /// A hook said no.
    #[error("{0}")]
    Denied(String),
    /// The plugin, or a hook, could not do its part.
    #[error("{0}")]
    Failed(String),
    #[error("the route did not answer within {0:?}")]
    TooLong(std::time::Duration),
}

impl RouteError {
    pub fn status(&self) -> u16 {
        match self {
            RouteError::NotFound { .. } => 404,
            RouteError::Method { .. } => 405,
            RouteError::NotPermitted { .. } | RouteError::Denied(_) => 403,
            RouteError::Failed(_) => 502,
            RouteError::TooLong(_) => 504,
        }
    }
}

impl From<CallError> for RouteError {
    fn from(error: CallError) -> Self {
        RouteError::Failed(error.message)
    }
}

impl From<RouteError> for FacadeError {
    fn from(error: RouteError) -> Self {
        let message = format!("{} ({})", error, error.status());
        match error {
            RouteError::NotFound { .. } | RouteError::Method { .. } => {
                FacadeError::usage(message).remedy("`orchestrator api list` shows the routes there are")
            }
            RouteError::NotPermitted { needs, .. } => FacadeError { needs, ..FacadeError::denied(message) },
            RouteError::Denied(_) => FacadeError::denied(message),
            RouteError::Failed(_) | RouteError::TooLong(_) => FacadeError::failed(message),
        }
    }
}
