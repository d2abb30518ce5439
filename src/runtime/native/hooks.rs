//! Hook handlers of a library, as the hook room calls them.

use std::sync::Arc;

use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::{CallError, ErrorKind};

use tokio_util::sync::CancellationToken;

use super::border::{Hooks, NoReply};
use crate::event::PluginName;
use crate::runtime::services::CallScope;
use crate::runtime::session::HookPort;

pub(super) struct NativeHooks {
    plugin: PluginName,
    hooks: Arc<Hooks>,
}

impl NativeHooks {
    pub(super) fn new(plugin: PluginName, hooks: Arc<Hooks>) -> Self {
        NativeHooks { plugin, hooks }
    }

    fn ask(&self, request: &HookRequest) -> Result<HookReply, CallError> {
        let bytes = serde_json::to_vec(request)
            .map_err(|error| CallError::new(ErrorKind::InvalidRequest, format!("the payload is not JSON: {error}")))?;
        let reply = self.hooks.call(&bytes).map_err(|none| self.words(none))?;
        serde_json::from_slice(&reply).map_err(|error| {
            let text = format!("the plugin `{}` answered a hook with something unreadable: {error}", self.plugin);
            CallError::new(ErrorKind::Protocol, text)
        })
    }

    fn words(&self, none: NoReply) -> CallError {
        let (kind, what) = match none {
            NoReply::Closed => (ErrorKind::Unavailable, "is shut down"),
            NoReply::Panicked => (ErrorKind::Panicked, "panicked in a hook"),
            NoReply::Broken => (ErrorKind::Protocol, "answered a hook against the rules of the plugin border"),
        };
        CallError::new(kind, format!("the plugin `{}` {what}", self.plugin))
    }
}

impl HookPort for NativeHooks {
    /// On the calling thread. A library's handler can call nothing, so that it needs no scope, and can't be cancelled.
    fn call(&self, request: &HookRequest, _: CallScope, _: &CancellationToken) -> HookReply {
        self.ask(request).unwrap_or_else(|error| HookReply::Failed { error })
    }

    fn speaks_meanwhile(&self) -> bool {
        false
    }

    fn ends_what_hangs(&self) -> bool {
        false
    }
}
