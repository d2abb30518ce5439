//! What happens on the hook thread: handlers in a row, one after the other.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::session::OnFailure;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::admission::Admission;
use super::registry::RegisteredHandler;
use super::reports::Reporter;
use super::rules::{check_part, powers};
use crate::event::text::{clean_tail, clean_within};
use crate::event::{SpanId, StreamId};
use crate::permission::Permissions;
use crate::runtime::CallScope;

/// As much of a handler's reason as is told, and of its traceback, in bytes.
const REASON_LIMIT: usize = 4096;

/// What the thread tells of each handler, in this order.
pub(super) enum Report {
    /// It is called now; if there is a `gate`, once that was answered.
    Started {
        at: Instant,
        gate: Option<SyncSender<()>>,
    },
    /// It may be given the payload no longer, and why.
    NotCalled(String),
    Finished {
        took: Duration,
        answer: Answer,
    },
}

/// A handler's answer, understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Unchanged,
    Change(Value),
    Deny(String),
    Supply(String),
    Failed(Fault),
}

/// Why a delivery failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub words: String,
    /// Where in the handler's code, if that is known.
    pub traceback: Option<String>,
}

impl<S: Into<String>> From<S> for Fault {
    fn from(words: S) -> Self {
        Fault { words: words.into(), traceback: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        self.traceback.as_ref().map_or(Ok(()), |traceback| write!(f, "\n{traceback}"))
    }
}

/// What becomes of an answer, decided where permissions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Take,
    Discard,
}

/// A handler to be called.
pub(super) struct Called {
    pub handler: Arc<RegisteredHandler>,
    /// The proof that it may be given the payload.
    pub admission: Arc<Admission>,
    /// Its delivery's.
    pub span: SpanId,
    pub timeout: Duration,
}

/// Handlers in a row.
pub(super) struct Job {
    pub hook: HookName,
    pub stream: StreamId,
    /// How many deliveries this one is made within.
    pub depth: u32,
    pub handlers: Vec<Called>,
    pub args: Vec<Value>,
    pub permissions: Permissions,
    /// Set when nobody waits for the handlers any more.
    pub unwanted: CancellationToken,
    pub reports: Reporter<Report>,
    /// One for each answer that is to have an effect.
    pub verdicts: std::sync::mpsc::Receiver<Verdict>,
}

impl Job {
    /// Calls the handlers. Ends early when nobody listens any more, and after a failure that ends the chain; no
    /// handler is called without a `Started` that was taken.
    pub fn run(mut self) {
        for called in std::mem::take(&mut self.handlers) {
            // It may have waited long for those before it.
            if let Some(denial) = called.admission.lost_already(&self.permissions) {
                if !self.reports.tell(Report::NotCalled(denial)) {
                    return;
                }
                continue;
            }
            let begin = Instant::now();
            let (gate, opened) = called.handler.port.speaks_meanwhile().then(|| sync_channel(1)).unzip();
            if !self.reports.tell(Report::Started { at: begin, gate }) {
                return;
            }
            if opened.is_some_and(|opened| opened.recv().is_err()) {
                return;
            }
            let answer = self.call(&called, &called.admission, begin);
            let took = begin.elapsed();
            if !self.reports.tell(Report::Finished { took, answer: answer.clone() }) {
                return;
            }
            match answer {
                Answer::Unchanged => {}
                Answer::Failed(_) => match called.handler.info.on_failure {
                    OnFailure::Continue => {}
                    OnFailure::Abort => return,
                },
                Answer::Change(value) => match (self.verdicts.recv(), self.args.last_mut()) {
                    (Ok(Verdict::Take), Some(last)) => *last = value,
                    (Ok(Verdict::Take), None) | (Ok(Verdict::Discard), _) => {}
                    (Err(_), _) => return,
                },
                Answer::Deny(_) | Answer::Supply(_) => match self.verdicts.recv() {
                    Ok(Verdict::Discard) => {}
                    Ok(Verdict::Take) | Err(_) => return,
                },
            }
        }
    }

    fn call(&self, called: &Called, _admission: &Admission, begin: Instant) -> Answer {
        let Called { handler, span, timeout, .. } = called;
        let (stream, span, depth) = (self.stream, Some(*span), self.depth + 1);
        let scope = CallScope { stream, span, deadline: begin.checked_add(*timeout), depth };
        let request = HookRequest { hook: self.hook, handler: handler.info.handler.clone(), args: self.args.clone() };
        // The transport catches the plugin's panics; this catches the transport's, so that the thread survives.
        match catch_unwind(AssertUnwindSafe(|| handler.port.call(&request, scope, &self.unwanted))) {
            Ok(HookReply::Unchanged) => Answer::Unchanged,
            Ok(HookReply::Changed { value }) => self.understand_change(value),
            Ok(HookReply::Denied { reason }) if powers(self.hook).deny => {
                Answer::Deny(clean_within(&reason, REASON_LIMIT))
            }
            Ok(HookReply::Denied { reason }) => {
                let said = format!("a {} handler can't deny; it said: {reason}", self.hook);
                Answer::Failed(clean_within(&said, REASON_LIMIT).into())
            }
            Ok(HookReply::Supplied { output }) if powers(self.hook).supply => Answer::Supply(output),
            Ok(HookReply::Supplied { .. }) => {
                let said = format!("a {} handler can't supply an output; only pre_agent_execution can", self.hook);
                Answer::Failed(said.into())
            }
            Ok(HookReply::Failed { error }) => Answer::Failed(Fault {
                words: clean_within(&error.message, REASON_LIMIT),
                traceback: error.traceback.map(|traceback| clean_tail(&traceback, REASON_LIMIT)),
            }),
            Err(_) => Answer::Failed("it panicked".into()),
        }
    }

    fn understand_change(&self, value: Value) -> Answer {
        // A handler that hands its input back has changed nothing.
        if self.args.last() == Some(&value) {
            return Answer::Unchanged;
        }
        if !powers(self.hook).change {
            return Answer::Failed(format!("a {} handler can't change its payload", self.hook).into());
        }
        match check_part(self.hook, self.args.last(), &value) {
            Ok(()) => Answer::Change(value),
            Err(right) => Answer::Failed(
                format!("it returned something other than {right}; it must return the payload's last part").into(),
            ),
        }
    }
}
