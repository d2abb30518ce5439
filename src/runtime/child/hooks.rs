//! Hook handlers of a child, as the hook room calls them.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind};
use tokio::runtime::Handle;
use tokio::time::timeout_at;

use crate::runtime::calls::{Calls, LiveCall};
use crate::runtime::services::CallScope;
use crate::runtime::session::HookPort;

/// Beyond its deadline a handler is waited for so much longer: whoever set the deadline has then given up, and the
/// thread is free again.
const AFTER_DEADLINE: Duration = Duration::from_secs(1);

pub(super) struct ChildHooks {
    calls: Calls,
    runtime: Handle,
}

impl ChildHooks {
    /// Within the runtime on which the calls are then followed.
    pub(super) fn new(calls: Calls) -> Self {
        ChildHooks { calls, runtime: Handle::current() }
    }

    fn ask(&self, request: &HookRequest, scope: CallScope) -> Result<HookReply, CallError> {
        let deadline = scope.deadline;
        let call = self.calls.open(PluginTarget::Hook(request.clone()), Some(scope))?;
        let (tell, told) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // The thread waits for this, or is gone with the runtime.
            let _ = tell.send(answer(call, deadline).await);
        });
        told.recv().unwrap_or_else(|_| Err(CallError::new(ErrorKind::Unavailable, "the host is closing")))
    }
}

impl HookPort for ChildHooks {
    fn call(&self, request: &HookRequest, scope: CallScope) -> HookReply {
        self.ask(request, scope).unwrap_or_else(|error| HookReply::Failed { error })
    }

    fn speaks_meanwhile(&self) -> bool {
        true
    }
}

async fn answer(mut call: LiveCall, deadline: Option<Instant>) -> Result<HookReply, CallError> {
    let end = async {
        loop {
            match call.next().await {
                // A handler has nothing to say before its end.
                CallEvent::Item(_) => {}
                CallEvent::End(value) => return Ok(value),
                CallEvent::Error(error) => return Err(error),
            }
        }
    };
    let value = match deadline.and_then(|deadline| deadline.checked_add(AFTER_DEADLINE)) {
        Some(deadline) => timeout_at(deadline.into(), end).await.unwrap_or_else(|_| {
            Err(CallError::new(ErrorKind::DeadlineExceeded, "the handler did not return in time"))
        })?,
        None => end.await?,
    };
    serde_json::from_value(value).map_err(|error| {
        CallError::new(ErrorKind::Protocol, format!("the plugin answered a hook with something unreadable: {error}"))
    })
}
