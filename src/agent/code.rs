//! What this room and the workflows call: a live plugin's code, or the host's own, as one thing.

use std::panic::AssertUnwindSafe;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::Value;

use crate::runtime::{CallScope, LiveCall, LivePlugin};

/// A live plugin, as far as its agents and workflows need it, wherever its code runs.
pub trait PluginCode: Send + Sync + 'static {
    /// Opens a call. The scope's deadline is told to the plugin; keeping it, and the scope's cancellation, is the
    /// caller's part.
    fn call(&self, target: PluginTarget, scope: CallScope) -> Result<Box<dyn CodeCall>, CallError>;
}

/// A call in progress. Dropping it writes it off.
pub trait CodeCall: Send {
    /// The next event; nothing but errors after the last one. Safe to cancel.
    fn next(&mut self) -> BoxFuture<'_, CallEvent>;

    /// Says that nobody wants more. The end still comes, soon, if the code behaves.
    fn cancel(&mut self, reason: &str);
}

impl PluginCode for LivePlugin {
    fn call(&self, target: PluginTarget, scope: CallScope) -> Result<Box<dyn CodeCall>, CallError> {
        Ok(Box::new(LivePlugin::call(self, target, scope)?))
    }
}

impl CodeCall for LiveCall {
    fn next(&mut self) -> BoxFuture<'_, CallEvent> {
        LiveCall::next(self).boxed()
    }

    fn cancel(&mut self, reason: &str) {
        LiveCall::cancel(self, reason);
    }
}

/// A call of the host's own code: a stream that is dropped when it is cancelled.
pub struct StreamCall {
    stream: Option<BoxStream<'static, Result<Value, CallError>>>,
    /// Why there is no stream any more.
    cancelled: Option<String>,
}

impl StreamCall {
    pub fn new(stream: BoxStream<'static, Result<Value, CallError>>) -> Self {
        StreamCall { stream: Some(stream), cancelled: None }
    }

    async fn step(&mut self) -> CallEvent {
        let Some(stream) = &mut self.stream else {
            let reason = self.cancelled.clone().unwrap_or_else(|| "the call is over".to_owned());
            return CallEvent::Error(CallError::new(ErrorKind::Cancelled, reason));
        };
        let event = match AssertUnwindSafe(stream.next()).catch_unwind().await {
            Ok(Some(Ok(item))) => return CallEvent::Item(item),
            Ok(Some(Err(error))) => CallEvent::Error(error),
            Ok(None) => CallEvent::End(Value::Null),
            Err(panic) => CallEvent::Error(CallError::new(ErrorKind::Panicked, panic_message(panic.as_ref()))),
        };
        // What ended or panicked is not polled again.
        self.stream = None;
        event
    }
}

impl CodeCall for StreamCall {
    fn next(&mut self) -> BoxFuture<'_, CallEvent> {
        self.step().boxed()
    }

    fn cancel(&mut self, reason: &str) {
        self.stream = None;
        self.cancelled.get_or_insert_with(|| reason.to_owned());
    }
}

/// A panic's own words.
fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", words.unwrap_or("without a message"))
}
