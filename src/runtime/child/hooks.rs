//! Hook handlers of a child, as the hook room calls them.

use std::future::pending;
use std::pin::pin;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::runtime::calls::{Calls, LiveCall};
use crate::runtime::services::CallScope;
use crate::runtime::session::HookPort;

/// What a handler that was cancelled may take to end.
const TO_CANCEL: Duration = Duration::from_secs(1);

pub(super) struct ChildHooks {
    calls: Calls,
    runtime: Handle,
}

impl ChildHooks {
    /// Within the runtime on which the calls are then followed.
    pub(super) fn new(calls: Calls) -> Self {
        ChildHooks { calls, runtime: Handle::current() }
    }

    fn ask(
        &self,
        request: &HookRequest,
        scope: CallScope,
        unwanted: CancellationToken,
    ) -> Result<HookReply, CallError> {
        let deadline = scope.deadline;
        let call = self.calls.open(PluginTarget::Hook(request.clone()), Some(scope))?;
        let (tell, told) = mpsc::sync_channel(1);
        let transport = self.calls.transport.clone();
        let reason =
            format!("its {} handler `{}` hangs: it did not end when it was cancelled", request.hook, request.handler);
        self.runtime.spawn(async move {
            // The thread waits for this, or is gone with the runtime.
            let _ = tell.send(answer(call, deadline, unwanted, || transport.kill(&reason)).await);
        });
        told.recv().unwrap_or_else(|_| Err(CallError::new(ErrorKind::Unavailable, "the host is closing")))
    }
}

impl HookPort for ChildHooks {
    fn call(&self, request: &HookRequest, scope: CallScope, unwanted: &CancellationToken) -> HookReply {
        self.ask(request, scope, unwanted.clone()).unwrap_or_else(|error| HookReply::Failed { error })
    }

    fn speaks_meanwhile(&self) -> bool {
        true
    }

    fn ends_what_hangs(&self) -> bool {
        true
    }
}

/// The handler's answer. When nobody wants it any more, or its time is up, its call is cancelled; if it has not ended a
/// while after its time is up, its process is.
async fn answer(
    mut call: LiveCall,
    deadline: Option<Instant>,
    unwanted: CancellationToken,
    hung: impl FnOnce(),
) -> Result<HookReply, CallError> {
    let mut time_is_up = pin!(async {
        match deadline {
            Some(deadline) => sleep_until(deadline.into()).await,
            None => pending().await,
        }
    });
    let mut cancelled = false;
    let value = loop {
        tokio::select! {
            biased;
            () = unwanted.cancelled(), if !cancelled => {
                call.cancel("nobody waits for the handler's answer any more");
                // What runs on a thread of its own can't be stopped there, and has the rest of its time.
                cancelled = true;
            }
            end = end_of(&mut call) => break end?,
            () = &mut time_is_up => {
                call.cancel("the handler did not return in time");
                if timeout(TO_CANCEL, end_of(&mut call)).await.is_err() {
                    hung();
                }
                return Err(CallError::new(ErrorKind::DeadlineExceeded, "the handler did not return in time"));
            }
        }
    };
    serde_json::from_value(value).map_err(|error| {
        CallError::new(ErrorKind::Protocol, format!("the plugin answered a hook with something unreadable: {error}"))
    })
}

async fn end_of(call: &mut LiveCall) -> Result<Value, CallError> {
    loop {
        match call.next().await {
            // A handler has nothing to say before its end.
            CallEvent::Item(_) => {}
            CallEvent::End(value) => return Ok(value),
            CallEvent::Error(error) => return Err(error),
        }
    }
}
