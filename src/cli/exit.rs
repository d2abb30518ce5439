//! How a command ends.

use std::io;
use std::process::ExitCode;

use crate::event::RunStatus;
use crate::orchestrator::OpenError;
use crate::orchestrator::api::{FacadeError, FailureKind};

/// The exit status: 0 completed, 1 failed, 2 wrong usage, 3 denied, 130 cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Completed,
    Failed,
    Usage,
    Denied,
    Cancelled,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Exit::Completed => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Denied => 3,
            Exit::Cancelled => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

impl From<RunStatus> for Exit {
    fn from(status: RunStatus) -> Self {
        match status {
            RunStatus::Completed => Exit::Completed,
            RunStatus::Failed | RunStatus::Interrupted => Exit::Failed,
            RunStatus::Cancelled => Exit::Cancelled,
            RunStatus::Denied => Exit::Denied,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Host(#[from] FacadeError),
    /// Our output is gone; a reader such as `head` had enough.
    #[error("can't write the output: {0}")]
    Output(#[from] io::Error),
    /// The project could not be opened.
    #[error(transparent)]
    Open(Box<OpenError>),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A host that answers one query with another's answer speaks another language.
    pub fn unexpected_answer() -> Self {
        Failure::Other("the host answered something that was not asked; is it of another version?".to_owned())
    }

    pub fn exit(&self) -> Exit {
        match self {
            Failure::Host(error) => match error.kind {
                FailureKind::Usage | FailureKind::Missing => Exit::Usage,
                FailureKind::Denied => Exit::Denied,
                FailureKind::Failed | FailureKind::Conflict | FailureKind::Nothing => Exit::Failed,
            },
            Failure::Usage(_) => Exit::Usage,
            Failure::Open(error) => match **error {
                OpenError::Places(_) => Exit::Usage,
                OpenError::Settings(_)
                | OpenError::State { .. }
                | OpenError::Log(_)
                | OpenError::Program(_)
                | OpenError::Store(_) => Exit::Failed,
            },
            Failure::Output(_) | Failure::Other(_) => Exit::Failed,
        }
    }

    /// Whether a reader such as `head` has had enough, of which there is nothing to say.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
