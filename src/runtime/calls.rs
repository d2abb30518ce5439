//! Calls on a plugin, as the upper rooms see them.

use std::sync::Arc;

use orchestrator_protocol::peer::{CallEvent, OpenCall};
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, CallId, ErrorKind};

use super::live::Transport;
use super::services::CallScope;
use super::session::Session;

/// Opens calls on one plugin.
#[derive(Clone)]
pub(super) struct Calls {
    pub(super) session: Arc<Session>,
    pub(super) transport: Arc<dyn Transport>,
}

impl Calls {
    /// See [`super::LivePlugin::call`]. A call without a scope happens outside any run.
    pub(super) fn open(&self, target: PluginTarget, scope: Option<CallScope>) -> Result<LiveCall, CallError> {
        if self.transport.is_busy() {
            let text = format!(
                "the plugin `{}` does not take its messages; something in it blocks the thread that receives them",
                self.session.name()
            );
            return Err(CallError::new(ErrorKind::Unavailable, text));
        }
        let what = describe(&target);
        let call = self.session.open(target, scope)?;
        let rest = Rest { call: call.id(), what, over: false, calls: self.clone() };
        Ok(LiveCall { call, rest })
    }
}

/// A call in progress. Dropping it cancels it, and what the plugin called within it.
pub struct LiveCall {
    call: OpenCall,
    // Dropped second, when the cancellation has been sent.
    rest: Rest,
}

/// What is to be done when nobody waits for a call any more.
struct Rest {
    call: CallId,
    /// What was called, in words.
    what: String,
    over: bool,
    calls: Calls,
}

impl LiveCall {
    /// The next event; after the last one, an error. Safe to cancel.
    pub async fn next(&mut self) -> CallEvent {
        let event = self.call.next().await;
        self.rest.over |= match event {
            CallEvent::Item(_) => false,
            CallEvent::End(_) | CallEvent::Error(_) => true,
        };
        event
    }

    /// Tells the plugin that nobody wants more. It should still answer with an end or an error, soon; one that does
    /// not is left alone by dropping this. A plugin in a process of its own is then asked whether it still answers,
    /// and killed if it does not.
    pub fn cancel(&self, reason: &str) {
        self.call.cancel(reason);
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.calls.session.forget_scope(self.call);
        if !self.over {
            self.calls.transport.written_off(&self.what);
        }
    }
}

fn describe(target: &PluginTarget) -> String {
    match target {
        PluginTarget::Agent { name, .. } => format!("the agent `{name}`"),
        PluginTarget::Workflow { name, .. } => format!("the workflow `{name}`"),
        PluginTarget::Hook(request) => format!("the {} handler `{}`", request.hook, request.handler),
        PluginTarget::ConfigChanged { .. } => "its new config".to_owned(),
        PluginTarget::Api(request) => format!("{} {}", request.method, request.path),
        PluginTarget::ApiDocument => "the description of its routes".to_owned(),
    }
}
