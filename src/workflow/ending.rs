//! How a run ends, and what that follows from.

use orchestrator_protocol::{CallError, ErrorKind};

use super::yielded::FinalResult;
use crate::agent::{Halt, Stop, reason_of};
use crate::event::RunStatus;
use crate::event::text::clean_within;

/// As much of a workflow's own words as the reason of its run tells, in bytes.
const REASON_LIMIT: usize = 1000;

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    pub status: RunStatus,
    pub reason: Option<String>,
}

impl Ending {
    pub fn failed(reason: impl Into<String>) -> Self {
        Ending { status: RunStatus::Failed, reason: Some(reason.into()) }
    }

    pub fn denied(reason: impl Into<String>) -> Self {
        Ending { status: RunStatus::Denied, reason: Some(reason.into()) }
    }

    /// The run was told to stop.
    pub fn stopped(halt: &Halt) -> Self {
        halt.stopped().map_or_else(|| Ending::failed("the run was stopped"), Ending::from)
    }

    /// Adds to the reason.
    pub fn note(mut self, note: &str) -> Self {
        self.reason = Some(match self.reason {
            Some(reason) => format!("{reason}; {note}"),
            None => note.to_owned(),
        });
        self
    }
}

impl From<Stop> for Ending {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled(reason) | Stop::Over(reason) => {
                Ending { status: RunStatus::Cancelled, reason: Some(reason) }
            }
            Stop::Denied(reason) => Ending::denied(reason),
            Stop::Deadline(reason) | Stop::Failed(reason) => Ending::failed(reason),
        }
    }
}

impl From<CallError> for Ending {
    fn from(error: CallError) -> Self {
        let reason = reason_of(&error);
        match error.kind {
            ErrorKind::PermissionDenied => Ending::denied(reason),
            ErrorKind::Failed
            | ErrorKind::Panicked
            | ErrorKind::Cancelled
            | ErrorKind::DeadlineExceeded
            | ErrorKind::NotFound
            | ErrorKind::InvalidRequest
            | ErrorKind::Protocol
            | ErrorKind::Unavailable
            | ErrorKind::Unknown => Ending::failed(reason),
        }
    }
}

/// Why a workflow's own result says that it failed.
pub(super) fn failure_of(result: &FinalResult) -> Ending {
    let words = ["reason", "error", "message"].iter().find_map(|key| result.extra.get(*key)?.as_str());
    match words {
        Some(words) => {
            Ending::failed(format!("the workflow says that it failed: {}", clean_within(words, REASON_LIMIT)))
        }
        None => Ending::failed("the workflow says that it failed"),
    }
}
