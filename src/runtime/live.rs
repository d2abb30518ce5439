//! A running plugin as the upper rooms see it, whatever its transport.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use orchestrator_protocol::peer::{CallEvent, OpenCall};
use orchestrator_protocol::session::{Initialized, Shutdown};
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind, Message};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout, timeout_at};

use super::services::CallScope;
use super::session::{Greeting, HookPort, Session};
use crate::event::PluginName;

/// More messages than this wait for a plugin only if it has stopped taking them.
const BUSY: usize = 1024;
/// What a transport gets to end a plugin after its farewell.
const AFTER_FAREWELL: Duration = Duration::from_secs(3);

/// How a plugin is reached.
pub(super) trait Transport: Send + Sync {
    /// Messages that the plugin has not taken yet.
    fn waiting(&self) -> usize;

    /// Ends the plugin's threads. What could not be ended is said in words.
    fn end(&self) -> BoxFuture<'static, Result<(), String>>;
}

/// A plugin that was initialized. Dropped, it is ended without a farewell.
pub struct LivePlugin {
    session: Arc<Session>,
    contributions: Initialized,
    hooks: Arc<dyn HookPort>,
    transport: Box<dyn Transport>,
    /// Taken by the one who shuts the plugin down.
    farewell: Mutex<Option<mpsc::Receiver<Greeting>>>,
}

impl LivePlugin {
    pub(super) fn new(
        session: Arc<Session>,
        contributions: Initialized,
        hooks: Arc<dyn HookPort>,
        transport: Box<dyn Transport>,
        greetings: mpsc::Receiver<Greeting>,
    ) -> Self {
        LivePlugin { session, contributions, hooks, transport, farewell: Mutex::new(Some(greetings)) }
    }

    pub fn name(&self) -> &PluginName {
        self.session.name()
    }

    /// What the plugin said that it contributes.
    pub fn contributions(&self) -> &Initialized {
        &self.contributions
    }

    /// Calls the plugin. What it calls on the host meanwhile happens within `scope`. The scope's deadline is told to
    /// the plugin; keeping it, and the scope's cancellation, is the caller's part.
    pub fn call(&self, target: PluginTarget, scope: CallScope) -> Result<LiveCall, CallError> {
        if self.transport.waiting() > BUSY {
            let text = format!(
                "the plugin `{}` does not take its messages; something in it blocks the thread that receives them",
                self.name()
            );
            return Err(CallError::new(ErrorKind::Unavailable, text));
        }
        let call = self.session.open(target, scope)?;
        Ok(LiveCall { call, session: self.session.clone() })
    }

    /// Where the plugin's hook handlers are called.
    pub fn hook_port(&self) -> Arc<dyn HookPort> {
        self.hooks.clone()
    }

    /// Why the plugin is gone, once it is.
    pub fn ended(&self) -> watch::Receiver<Option<String>> {
        self.session.ended()
    }

    /// Asks the plugin to close, waits for its farewell at most `limit`, then ends its threads. The error says what
    /// did not go well; the plugin is gone in any case.
    pub async fn shutdown(&self, limit: Duration) -> Result<(), String> {
        let farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut farewell) = farewell else {
            // Somebody else is at it; when the session is over, so is the plugin.
            let _ = self.session.ended().wait_for(Option::is_some).await;
            return Ok(());
        };
        let said = self.say_farewell(&mut farewell, limit).await;
        self.session.end("the plugin was shut down");
        let ended = timeout(AFTER_FAREWELL, self.transport.end()).await;
        said?;
        ended.unwrap_or_else(|_| Err("its threads did not end; they were left behind".to_owned()))
    }

    async fn say_farewell(&self, farewell: &mut mpsc::Receiver<Greeting>, limit: Duration) -> Result<(), String> {
        if let Some(reason) = self.session.ended().borrow().as_ref() {
            // There is nobody to say it to.
            tracing::debug!(plugin = %self.name(), reason, "shut down after its end");
            return Ok(());
        }
        self.session.expect_farewell();
        let deadline = Instant::now() + limit;
        let deadline_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let sent = self.session.send(&Message::Shutdown(Shutdown { deadline_ms }));
        sent.map_err(|error| error.to_string())?;
        let mut ended = self.session.ended();
        loop {
            let heard = tokio::select! {
                biased;
                heard = timeout_at(deadline, farewell.recv()) => heard,
                _ = ended.wait_for(Option::is_some) => return Ok(()),
            };
            match heard {
                Ok(Some(Greeting::Bye(bye))) => return bye.error.map_or(Ok(()), Err),
                Ok(Some(Greeting::Hello(_) | Greeting::Initialized(_) | Greeting::InitializeFailed(_))) => {}
                Ok(None) => return Ok(()),
                Err(_) => return Err(format!("it did not close within {} ms", limit.as_millis())),
            }
        }
    }
}

impl Drop for LivePlugin {
    fn drop(&mut self) {
        self.session.end("the plugin was let go");
        // Asking is enough: the transport ends it on a thread of its own.
        drop(self.transport.end());
    }
}

impl std::fmt::Debug for LivePlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePlugin").field("name", self.name()).finish_non_exhaustive()
    }
}

/// A call in progress. Dropping it cancels it, and what the plugin called within it.
pub struct LiveCall {
    call: OpenCall,
    session: Arc<Session>,
}

impl LiveCall {
    /// The next event; after the last one, an error. Safe to cancel.
    pub async fn next(&mut self) -> CallEvent {
        self.call.next().await
    }

    /// Tells the plugin that nobody wants more. It should still answer with an end or an error, soon; one that does
    /// not is left alone by dropping this.
    pub fn cancel(&self, reason: &str) {
        self.call.cancel(reason);
    }
}

impl Drop for LiveCall {
    fn drop(&mut self) {
        self.session.forget_scope(self.call.id());
    }
}
