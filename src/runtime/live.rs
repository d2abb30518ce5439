//! A running plugin as the upper rooms see it, whatever its transport.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::permission::Granted;
use orchestrator_protocol::session::Initialized;
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind, Message};
use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, LiveCall};
use super::leaving::{Leaving, Running};
use super::services::CallScope;
use super::session::{Greeting, HookPort};
use crate::event::PluginName;

/// How a plugin is reached.
pub(super) trait Transport: Send + Sync {
    /// Whether more waits for the plugin than one that works would leave.
    fn is_busy(&self) -> bool;

    /// A call was cancelled, and its caller does not wait for its end. `what` was called.
    fn written_off(&self, what: &str);

    /// The process that the plugin has for itself.
    fn process(&self) -> Option<u32>;

    /// What that process and all below it use now.
    fn usage(&self) -> Option<Usage>;

    /// Ends the plugin at once, if it can be.
    fn kill(&self, reason: &str);

    /// The same, because something that it was given was taken back.
    fn revoke(&self, reason: &str);

    /// Ends the plugin's threads, or its process. What could not be ended is said in words.
    fn end(&self) -> BoxFuture<'static, Result<(), String>>;
}

/// What a plugin's process uses, all processes below it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Memory that is in the machine's memory now; what processes share is counted for each of them.
    pub resident_bytes: u64,
    /// Time on processors since the start.
    pub cpu_time: Duration,
    /// Of it, what was computed since the oldest open call began; nothing without one.
    pub in_call: Option<Duration>,
    pub threads: u64,
    /// What its own folders held when they were last looked at; nothing before that.
    pub disk_bytes: Option<u64>,
}

/// A plugin that was initialized. Dropped, it is ended without a farewell, but for one who is [`Leaving`] it.
pub struct LivePlugin {
    calls: Calls,
    contributions: Initialized,
    hooks: Arc<dyn HookPort>,
    running: Arc<Running>,
    /// Set when this is dropped.
    let_go: CancellationToken,
}

impl LivePlugin {
    pub(super) fn new(
        calls: Calls,
        contributions: Initialized,
        hooks: Arc<dyn HookPort>,
        greetings: mpsc::Receiver<Greeting>,
    ) -> Self {
        let running = Arc::new(Running::new(calls.clone(), greetings));
        LivePlugin { calls, contributions, hooks, running, let_go: CancellationToken::new() }
    }

    pub fn name(&self) -> &PluginName {
        self.calls.session.name()
    }

    /// What the plugin said that it contributes.
    pub fn contributions(&self) -> &Initialized {
        &self.contributions
    }

    /// Calls the plugin. What it calls on the host meanwhile happens within `scope`. The scope's deadline is told to
    /// the plugin; keeping it, and the scope's cancellation, is the caller's part.
    pub fn call(&self, target: PluginTarget, scope: CallScope) -> Result<LiveCall, CallError> {
        self.calls.open(target, Some(scope))
    }

    /// Tells the plugin what is granted to it now. One that is gone is told nothing.
    pub fn tell_permissions(&self, granted: Vec<Granted>) {
        if let Err(error) = self.calls.session.send(&Message::PermissionsChanged { granted }) {
            tracing::debug!(plugin = %self.name(), %error, "it was not told of its permissions");
        }
    }

    /// Hands a new config to the plugin. Whether it has taken it: `false` is one that can't while it runs. The error
    /// says what went wrong; the plugin may then be half way between the two.
    pub async fn config_changed(&self, config: Map<String, Value>, limit: Duration) -> Result<bool, String> {
        let call = self.calls.open(PluginTarget::ConfigChanged { config }, None);
        let mut call = call.map_err(|error| error.message)?;
        loop {
            match timeout(limit, call.next()).await {
                Ok(CallEvent::Item(_)) => {}
                Ok(CallEvent::End(value)) => return Ok(value.as_bool().unwrap_or(false)),
                // What an older SDK says to a call that it does not know.
                Ok(CallEvent::Error(error)) if error.kind == ErrorKind::InvalidRequest => return Ok(false),
                Ok(CallEvent::Error(error)) => return Err(error.message),
                Err(_) => return Err(format!("it took longer than {} s", limit.as_secs())),
            }
        }
    }

    /// Where the plugin's hook handlers are called.
    pub fn hook_port(&self) -> Arc<dyn HookPort> {
        self.hooks.clone()
    }

    /// Why the plugin is gone, once it is.
    pub fn ended(&self) -> watch::Receiver<Option<String>> {
        self.calls.session.ended()
    }

    /// The process that runs the plugin alone; none for a plugin in the host's own.
    pub fn process(&self) -> Option<u32> {
        self.calls.transport.process()
    }

    /// What the plugin's process and all below it use now; reads `/proc`. Nothing without a process of its own, or when
    /// that is gone.
    pub fn usage(&self) -> Option<Usage> {
        self.calls.transport.usage()
    }

    /// Ends a plugin in a process of its own at once; its session ends with `reason`. One in the host's process can't
    /// be ended so, and only the log is told.
    pub fn kill(&self, reason: &str) {
        self.calls.transport.kill(reason);
    }

    /// Ends a plugin in a process of its own at once, because something that the kernel gave it was taken back: its open
    /// calls are denied, with this reason.
    pub fn revoke(&self, reason: &str) {
        self.calls.transport.revoke(reason);
    }

    /// Whether it was ended by [`LivePlugin::revoke`].
    pub fn was_revoked(&self) -> bool {
        self.calls.session.was_denied()
    }

    /// Asks the plugin to close, waits for its farewell at most `limit`, then ends its threads or its process. The error
    /// says what did not go well; the plugin is gone in any case.
    pub async fn shutdown(&self, limit: Duration) -> Result<(), String> {
        self.running.shutdown(limit).await
    }

    /// Lets go of it, to close it when all others have let go too.
    pub fn leave(self: Arc<Self>) -> Leaving {
        Leaving { running: self.running.clone(), let_go: self.let_go.clone() }
    }
}

impl Drop for LivePlugin {
    fn drop(&mut self) {
        self.let_go.cancel();
    }
}

impl std::fmt::Debug for LivePlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePlugin").field("name", self.name()).finish_non_exhaustive()
    }
}
