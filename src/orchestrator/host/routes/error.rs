//! Why a request was not answered by a route.

use std::time::Duration;

use orchestrator_protocol::{CallError, ErrorKind};

use crate::orchestrator::api::{FacadeError, GrantForRun, RouteFailure};

/// Each has the HTTP status that a server answers it with.
#[derive(Debug, thiserror::Error)]
pub(in crate::orchestrator::host) enum RouteError {
    #[error("no active plugin has a route for {path}")]
    NotFound { path: String },
    #[error("{path} takes {} only", known.join(", "))]
    Method { path: String, known: Vec<String> },
    /// A permission is missing, or was taken away meanwhile.
    #[error("{words}")]
    NotPermitted { words: String, needs: Vec<GrantForRun> },
    /// A hook said no.
    #[error("{0}")]
    Denied(String),
    /// The plugin, or a hook, could not do its part.
    #[error("{0}")]
    Failed(String),
    /// It was to be waited for, and did not come.
    #[error("{0}")]
    NotRunning(String),
    #[error("{path} can't be had as a websocket: plugins' routes answer requests, and may stream their answers")]
    WebSocket { path: String },
    #[error("the route did not answer within {0:?}")]
    TooLong(Duration),
}

impl RouteError {
    fn status(&self) -> u16 {
        match self {
            RouteError::NotFound { .. } => 404,
            RouteError::Method { .. } => 405,
            RouteError::NotPermitted { .. } | RouteError::Denied(_) => 403,
            RouteError::Failed(_) => 502,
            RouteError::NotRunning(_) => 503,
            RouteError::WebSocket { .. } => 501,
            RouteError::TooLong(_) => 504,
        }
    }

    /// A call that did not end well.
    pub fn of_call(path: &str, error: CallError) -> Self {
        match error.kind {
            ErrorKind::NotFound => RouteError::NotFound { path: path.to_owned() },
            ErrorKind::PermissionDenied => RouteError::NotPermitted { words: error.message, needs: Vec::new() },
            ErrorKind::Failed
            | ErrorKind::Panicked
            | ErrorKind::Cancelled
            | ErrorKind::DeadlineExceeded
            | ErrorKind::InvalidRequest
            | ErrorKind::Protocol
            | ErrorKind::Unavailable
            | ErrorKind::Unknown => RouteError::Failed(error.message),
        }
    }
}

impl From<RouteError> for RouteFailure {
    fn from(error: RouteError) -> Self {
        let (status, message) = (error.status(), error.to_string());
        let mut allow = Vec::new();
        let error = match error {
            RouteError::NotFound { .. } => FacadeError::missing(message).remedy(SEE_LIST),
            RouteError::Method { known, .. } => {
                allow = known;
                FacadeError::usage(message).remedy(SEE_LIST)
            }
            RouteError::NotPermitted { needs, .. } => FacadeError { needs, ..FacadeError::denied(message) },
            RouteError::Denied(_) => FacadeError::denied(message),
            RouteError::WebSocket { .. } => FacadeError::usage(message),
            RouteError::Failed(_) | RouteError::NotRunning(_) | RouteError::TooLong(_) => FacadeError::failed(message),
        };
        RouteFailure { status, allow, error }
    }
}

const SEE_LIST: &str = "`orchestrator api list` shows the routes there are";
