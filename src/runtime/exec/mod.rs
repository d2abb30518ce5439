//! Starts programs for plugins, and ends their whole trees.
//!
//! A program runs below a supervisor ([`super::supervise`]), which ends all of it when the call is cancelled or the
//! host is gone.
//!
//! Only Linux can do this; elsewhere `exec` answers that it is not supported.

#[cfg(target_os = "linux")]
mod environment;
mod look_up;
#[cfg(target_os = "linux")]
mod run;
mod text;

use std::path::PathBuf;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::target::ExecRequest;
use orchestrator_protocol::{CallError, ErrorKind};

use crate::permission::{Permit, Spawn};

/// Starts programs within one project.
#[derive(Debug, Clone)]
pub struct Exec {
    project_dir: PathBuf,
    supervisor: PathBuf,
}

impl Exec {
    /// `supervisor` is our own executable, which calls [`supervisor::main`] when its first argument is [`SUPERVISE`].
    ///
    /// [`supervisor::main`]: super::supervise::supervisor::main
    /// [`SUPERVISE`]: super::supervise::SUPERVISE
    pub fn new(project_dir: PathBuf, supervisor: PathBuf) -> Self {
        Exec { project_dir, supervisor }
    }

    /// Runs a program to its end and answers the call with what it prints and how it ended. When the call is
    /// cancelled, or this future dropped, the program's tree is ended.
    pub async fn run(&self, permit: &Permit<Spawn>, request: ExecRequest, responder: Responder) {
        let outcome = match permit.scope() {
            Some(scope) if scope == request.program => self.start(request, &responder).await,
            other => {
                let text =
                    format!("the permission is for `{}`, not for `{}`", other.unwrap_or("no program"), request.program);
                Err(CallError::new(ErrorKind::PermissionDenied, text))
            }
        };
        let encoded = outcome.and_then(|outcome| {
            serde_json::to_value(outcome).map_err(|error| CallError::failed(format!("no outcome: {error}")))
        });
        match encoded {
            Ok(value) => responder.end(value),
            Err(error) => responder.error(error),
        }
    }

    #[cfg(not(target_os = "linux"))]
    async fn start(
        &self,
        _: ExecRequest,
        _: &Responder,
    ) -> Result<orchestrator_protocol::target::ExecOutcome, CallError> {
        let text = "programs can only be started on Linux: elsewhere nothing guarantees that their whole tree ends";
        Err(CallError::new(ErrorKind::Unavailable, text))
    }
}
