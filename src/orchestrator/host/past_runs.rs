//! The history of runs, as plugins read it.

use std::sync::Arc;

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::run::{EventsPage, ReadRuns};
use orchestrator_protocol::{CallError, ErrorKind};
use serde::Serialize;
use serde_json::{Value, json};

use super::history::History;
use super::summaries::run_summary;
use crate::event::{EventKind, PluginName, RunId, StreamId};
use crate::permission::{Ask, Permissions, ReadWorkflow};
use crate::runtime::CallScope;
use crate::store::StoreError;

/// The most runs that one call is answered with.
const MOST_RUNS: u32 = 1000;
/// The most events that one call is answered with.
const MOST_EVENTS: u32 = 1000;

/// Serves the `read_runs` call: asks for the permission, then reads what is stored.
pub(super) struct PastRuns {
    pub(super) permissions: Permissions,
    pub(super) history: History,
}

impl PastRuns {
    pub(super) async fn serve(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        ask: ReadRuns,
        responder: Responder,
    ) {
        let question = Ask { plugin, scope: None, stream: scope.stream, span: scope.span };
        let permit = match self.permissions.authorize::<ReadWorkflow>(question).await {
            Ok(permit) => permit,
            Err(denial) => {
                return responder.error(CallError::new(ErrorKind::PermissionDenied, denial.to_string()));
            }
        };
        let answer = tokio::select! {
            biased;
            denial = self.permissions.revoked(&permit) => {
                Err(CallError::new(ErrorKind::PermissionDenied, denial.to_string()))
            }
            answer = self.read(ask, &responder) => answer,
        };
        match answer {
            Ok(value) => responder.end(value),
            Err(error) => responder.error(error),
        }
    }

    async fn read(&self, ask: ReadRuns, responder: &Responder) -> Result<Value, CallError> {
        match ask {
            ReadRuns::List { limit } => {
                let limit = limit.min(MOST_RUNS) as usize;
                for row in self.in_history(move |history| history.store.runs(limit)).await? {
                    send(responder, &run_summary(row)).await?;
                }
                Ok(Value::Null)
            }
            ReadRuns::Run { run } => {
                let found = self.in_history(move |history| history.run(RunId(run))).await?;
                let found = found.ok_or_else(|| no_run(run))?;
                serde_json::to_value(found).map_err(|error| CallError::failed(error.to_string()))
            }
            ReadRuns::Events { run, from_seq, limit } => {
                let limit = limit.clamp(1, MOST_EVENTS) as usize;
                self.in_history(move |history| history.store.run(RunId(run))).await?.ok_or_else(|| no_run(run))?;
                let stream = StreamId::Run(RunId(run));
                let events = self.in_history(move |history| history.events(stream, from_seq, limit)).await?;
                let mut next_seq = Some(from_seq.max(1));
                for event in &events {
                    send(responder, event).await?;
                    let is_last = matches!(event.kind, EventKind::RunFinished { .. });
                    next_seq = (!is_last).then_some(event.seq + 1);
                }
                Ok(json!(EventsPage { next_seq }))
            }
        }
    }

    /// Reads the history where waiting for the disk is fine.
    async fn in_history<T: Send + 'static>(
        &self,
        read: impl FnOnce(&History) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CallError> {
        let history = self.history.clone();
        match tokio::task::spawn_blocking(move || read(&history)).await {
            Ok(done) => done.map_err(|error| CallError::failed(error.to_string())),
            Err(error) => Err(CallError::failed(format!("reading the history failed: {error}"))),
        }
    }
}

/// Sends an item. One that can't be sent is left out.
async fn send(responder: &Responder, item: &impl Serialize) -> Result<(), CallError> {
    match responder.item(item).await {
        Err(error) if error.kind != ErrorKind::InvalidRequest => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn no_run(run: u64) -> CallError {
    CallError::new(ErrorKind::NotFound, format!("there is no run #{run}"))
}
