//! The order to stop, with its reason.

use std::sync::{Arc, OnceLock};

use orchestrator_protocol::{CallError, ErrorKind};
use tokio_util::sync::CancellationToken;

/// Why something is to stop, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Somebody wanted it.
    Cancelled(String),
    /// The time was up.
    Deadline(String),
    /// A permission that it needs was taken away.
    Denied(String),
    /// Something that it can't go on without has failed.
    Failed(String),
    /// What it was part of has ended.
    Over(String),
}

impl Stop {
    pub fn reason(&self) -> &str {
        match self {
            Stop::Cancelled(reason)
            | Stop::Deadline(reason)
            | Stop::Denied(reason)
            | Stop::Failed(reason)
            | Stop::Over(reason) => reason,
        }
    }
}

impl From<Stop> for CallError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled(reason) | Stop::Over(reason) => CallError::new(ErrorKind::Cancelled, reason),
            Stop::Deadline(reason) => CallError::new(ErrorKind::DeadlineExceeded, reason),
            Stop::Denied(reason) => CallError::new(ErrorKind::PermissionDenied, reason),
            Stop::Failed(reason) => CallError::failed(reason),
        }
    }
}

/// Lets somebody stop something, and that learn of it. A clone is the same; a child stops with its parent, but not
/// the other way round. The first reason counts.
#[derive(Debug, Clone, Default)]
pub struct Halt {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    token: CancellationToken,
    own: OnceLock<Stop>,
    parent: Option<Halt>,
}

impl Halt {
    pub fn new() -> Self {
        Halt::default()
    }

    pub fn child(&self) -> Halt {
        let token = self.inner.token.child_token();
        Halt { inner: Arc::new(Inner { token, own: OnceLock::new(), parent: Some(self.clone()) }) }
    }

    pub fn stop(&self, stop: Stop) {
        // Set before the token, so that whoever wakes up finds the reason.
        let _ = self.inner.own.set(stop);
        self.inner.token.cancel();
    }

    /// Set when it is to stop, for who needs no reason.
    pub fn token(&self) -> &CancellationToken {
        &self.inner.token
    }

    /// Why it is to stop, once it is. A parent's reason goes before one's own.
    pub fn stopped(&self) -> Option<Stop> {
        if !self.inner.token.is_cancelled() {
            return None;
        }
        let above = self.inner.parent.as_ref().and_then(Halt::stopped);
        above.or_else(|| self.inner.own.get().cloned())
    }

    /// Waits until it is to stop.
    pub async fn wait(&self) -> Stop {
        self.inner.token.cancelled().await;
        // The token is only ever cancelled by `stop`, here or above.
        self.stopped().unwrap_or_else(|| Stop::Over("it is over".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_child_stops_with_its_parent_and_not_the_other_way_round() {
        let run = Halt::new();
        let (one, two) = (run.child(), run.child());
        one.stop(Stop::Deadline("slow".into()));
        assert_eq!(one.wait().await, Stop::Deadline("slow".into()));
        assert_eq!((run.stopped(), two.stopped()), (None, None));

        run.stop(Stop::Cancelled("by me".into()));
        run.stop(Stop::Cancelled("by you".into()));
        assert_eq!(two.wait().await, Stop::Cancelled("by me".into()));
    }
}
