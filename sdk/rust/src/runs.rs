//! Runs that a plugin starts, and the history of runs.

use std::pin::Pin;

use futures_util::Stream;
use orchestrator_protocol::peer::{CallEvent, OpenCall};
use orchestrator_protocol::run::{EventsPage, ReadRuns, RunOutcome, RunStatus, RunWorkflow};
use orchestrator_protocol::target::HostTarget;
use serde_json::{Map, Value};

use crate::context::{CallContext, read};
use crate::{PluginError, WorkflowRequest};

/// A run's events, as the host tells them.
pub type RunEvents = Pin<Box<dyn Stream<Item = Result<Value, PluginError>> + Send>>;

/// What a workflow came to that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowResult {
    /// The run's number.
    pub run: u64,
    /// Its `status`, its `results`, what else there was beside them, and `duration`, in seconds.
    pub result: Map<String, Value>,
}

/// Some of a run's stored events.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvents {
    pub events: Vec<Value>,
    /// Where to go on reading; absent after a run's last event.
    pub next_seq: Option<u64>,
}

impl CallContext {
    /// Runs any workflow, the host's, this plugin's or another's, to its end, as a run of its own. It ends at the latest
    /// with this call. A run that does not complete is an error; one that was denied is [`PluginError::Permission`].
    /// `request.context` is not used. Needs `execute_agent`, whose scope is then `workflow:` and the name.
    pub async fn run_workflow(&self, name: &str, request: WorkflowRequest) -> Result<WorkflowResult, PluginError> {
        let mut call = self.open(run_workflow(name, request, false))?;
        let end = end_of(&mut call, |_| {}).await?;
        completed(end)
    }

    /// The same, with the run's events as they come, from `run_started` to `run_finished`; then an error, if it did not
    /// complete. It starts when the stream is first polled, and is cancelled when the stream is dropped. Needs
    /// `read_workflow` too.
    pub fn run_workflow_stream(&self, name: &str, request: WorkflowRequest) -> RunEvents {
        let (context, target) = (self.clone(), run_workflow(name, request, true));
        Box::pin(async_stream::try_stream! {
            let mut call = context.open(target)?;
            loop {
                match call.next().await {
                    CallEvent::Item(event) => yield event,
                    CallEvent::End(end) => {
                        completed(end)?;
                        break;
                    }
                    CallEvent::Error(error) => Err(PluginError::from(error))?,
                }
            }
        })
    }

    /// The newest runs, newest first; the host gives at most 1000. Needs `read_workflow`, as do the next two.
    pub async fn runs(&self, limit: u32) -> Result<Vec<Value>, PluginError> {
        let mut runs = Vec::new();
        let mut call = self.open(HostTarget::ReadRuns(ReadRuns::List { limit }))?;
        end_of(&mut call, |run| runs.push(run)).await?;
        Ok(runs)
    }

    /// One run, in short.
    pub async fn run(&self, run: u64) -> Result<Value, PluginError> {
        let mut call = self.open(HostTarget::ReadRuns(ReadRuns::Run { run }))?;
        end_of(&mut call, |_| {}).await
    }

    /// At most `limit` of a run's stored events, from the one numbered `from_seq`; the host gives at most 1000.
    pub async fn events(&self, run: u64, from_seq: u64, limit: u32) -> Result<StoredEvents, PluginError> {
        let mut events = Vec::new();
        let mut call = self.open(HostTarget::ReadRuns(ReadRuns::Events { run, from_seq, limit }))?;
        let end = end_of(&mut call, |event| events.push(event)).await?;
        let EventsPage { next_seq } = read("what follows the events", end)?;
        Ok(StoredEvents { events, next_seq })
    }
}

/// Waits for a call's end.
async fn end_of(call: &mut OpenCall, mut item: impl FnMut(Value)) -> Result<Value, PluginError> {
    loop {
        match call.next().await {
            CallEvent::Item(value) => item(value),
            CallEvent::End(value) => return Ok(value),
            CallEvent::Error(error) => return Err(error.into()),
        }
    }
}

fn run_workflow(name: &str, request: WorkflowRequest, stream: bool) -> HostTarget {
    let WorkflowRequest { requirements, config, .. } = request;
    HostTarget::RunWorkflow(RunWorkflow { workflow_type: name.to_owned(), requirements, config, stream })
}

fn completed(end: Value) -> Result<WorkflowResult, PluginError> {
    let RunOutcome { run, status, reason, result } = read("the run's outcome", end)?;
    let reason = reason.unwrap_or_else(|| "nobody said why".to_owned());
    match status {
        RunStatus::Completed => Ok(WorkflowResult { run, result: result.unwrap_or_default() }),
        RunStatus::Failed => Err(PluginError::Failed(format!("run #{run} failed: {reason}"))),
        RunStatus::Cancelled => Err(PluginError::Cancelled(format!("run #{run} was cancelled: {reason}"))),
        RunStatus::Denied => Err(PluginError::Permission(reason)),
    }
}
