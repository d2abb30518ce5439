//! The end of a plugin: its farewell, and waiting until nobody uses it any more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use orchestrator_protocol::Message;
use orchestrator_protocol::session::Shutdown;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::calls::Calls;
use super::session::Greeting;

/// What a transport gets to end a plugin after its farewell.
const AFTER_FAREWELL: Duration = Duration::from_secs(3);

/// What is there until the plugin has ended. Dropped, it is ended without a farewell.
pub(super) struct Running {
    calls: Calls,
    /// Taken by the one who shuts the plugin down.
    farewell: Mutex<Option<mpsc::Receiver<Greeting>>>,
}

/// A plugin that one has let go of, and that runs on for the others who use it.
pub struct Leaving {
    pub(super) running: Arc<Running>,
    /// Set when the last of them has let go.
    pub(super) let_go: CancellationToken,
}

impl Leaving {
    /// Waits until nobody has the plugin any more, and all calls on it have ended. Safe to cancel.
    pub async fn unused(&self) {
        self.let_go.cancelled().await;
        self.running.calls.session.without_calls().await;
    }

    /// Why the plugin is gone, once it is.
    pub fn ended(&self) -> watch::Receiver<Option<String>> {
        self.running.calls.session.ended()
    }

    /// See [`super::LivePlugin::shutdown`].
    pub async fn shutdown(&self, limit: Duration) -> Result<(), String> {
        self.running.shutdown(limit).await
    }
}

impl Running {
    pub(super) fn new(calls: Calls, greetings: mpsc::Receiver<Greeting>) -> Self {
        Running { calls, farewell: Mutex::new(Some(greetings)) }
    }

    /// See [`super::LivePlugin::shutdown`].
    pub(super) async fn shutdown(&self, limit: Duration) -> Result<(), String> {
        let farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut farewell) = farewell else {
            // Somebody else is at it; when the session is over, so is the plugin.
            let _ = self.calls.session.ended().wait_for(Option::is_some).await;
            return Ok(());
        };
        let said = self.say_farewell(&mut farewell, limit).await;
        self.calls.session.end("the plugin was shut down");
        let ended = timeout(AFTER_FAREWELL, self.calls.transport.end()).await;
        said?;
        ended.unwrap_or_else(|_| Err("it did not end in time; what is left of it was left behind".to_owned()))
    }

    async fn say_farewell(&self, farewell: &mut mpsc::Receiver<Greeting>, limit: Duration) -> Result<(), String> {
        if let Some(reason) = self.calls.session.ended().borrow().as_ref() {
            // There is nobody to say it to.
            tracing::debug!(plugin = %self.calls.session.name(), reason, "shut down after its end");
            return Ok(());
        }
        self.calls.session.expect_farewell();
        let deadline = Instant::now() + limit;
        let deadline_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let sent = self.calls.session.send(&Message::Shutdown(Shutdown { deadline_ms }));
        sent.map_err(|error| error.to_string())?;
        let mut ended = self.calls.session.ended();
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

impl Drop for Running {
    fn drop(&mut self) {
        self.calls.session.end("the plugin was let go");
        // Asking is enough: the transport ends it on a thread of its own.
        drop(self.calls.transport.end());
    }
}
