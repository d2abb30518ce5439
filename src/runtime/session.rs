//! The host's end of one plugin's session, whatever the transport.
//!
//! The transport gives every message to [`Session::receive`]. Calls and log lines go up to [`HostServices`] with the
//! scope of the call they were made within; greetings and farewells go to whoever starts or ends the plugin.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::peer::{Limits, OpenCall, Outbox, Peer, Received};
use orchestrator_protocol::session::{Bye, Hello, Initialized, Log, LogLevel};
use orchestrator_protocol::target::{HostTarget, PluginTarget};
use orchestrator_protocol::{CallError, CallId, ErrorKind, Message, ToPlugin};
use serde_json::{Map, Value};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::described;
use super::pace::Pace;
use super::services::{CallScope, HostServices};
use crate::event::PluginName;

/// Enough for what a plugin says about itself; the session of one that says more is ended.
const GREETINGS: usize = 16;
/// As much of a plugin's words as one line of the log takes, in bytes.
const LOGGED: usize = 1024;

/// As much is told of what is wrong with a plugin's messages in each window.
const COMPLAINTS: u32 = 10;
const COMPLAINTS_WINDOW: Duration = Duration::from_secs(10);

/// What is wrong with a plugin's messages.
struct Complaints {
    pace: Pace,
    /// How many were not told since the last one that was.
    kept_back: u64,
}

/// What a plugin says about itself.
#[derive(Debug)]
pub(super) enum Greeting {
    Hello(Hello),
    Initialized(Box<Initialized>),
    InitializeFailed(CallError),
    Bye(Bye),
}

/// Runs one hook handler after the other, while the calling thread waits: for the threads of
/// [`super::hook_threads`] alone.
pub trait HookPort: Send + Sync {
    /// Blocks until the handler is done, for ever if it never is. What a handler in another process calls and logs
    /// happens within `scope`, and it is cancelled when its answer is `unwanted`.
    fn call(&self, request: &HookRequest, scope: CallScope, unwanted: &CancellationToken) -> HookReply;

    /// Whether a handler can call and log meanwhile. Then its start has to be told before it is called.
    fn speaks_meanwhile(&self) -> bool;

    /// Whether a handler that takes longer than its scope's deadline is ended from here: its call is cancelled, and its
    /// process ended if that does not help. Otherwise the thread that called it is lost.
    fn ends_what_hangs(&self) -> bool;
}

pub(super) struct Session {
    name: PluginName,
    peer: Peer<HostTarget, PluginTarget>,
    services: Arc<dyn HostServices>,
    scopes: Mutex<HashMap<CallId, CallScope>>,
    /// Told when there are none left.
    idle: Notify,
    greetings: mpsc::Sender<Greeting>,
    /// Set before `shutdown` is sent, so that the farewell that follows is no surprise.
    closing: AtomicBool,
    ended: watch::Sender<Option<String>>,
    denied: AtomicBool,
    complaints: Mutex<Complaints>,
    /// How often the plugin was asked whether it is there, and up to which question it has answered.
    pings: AtomicU64,
    pongs: watch::Sender<u64>,
}

impl Session {
    /// `outbox` gets the session before it is complete, to end it when the plugin takes no more messages.
    pub(super) fn new<O: Outbox>(
        name: PluginName,
        services: Arc<dyn HostServices>,
        outbox: impl FnOnce(Weak<Session>) -> O,
    ) -> (Arc<Self>, mpsc::Receiver<Greeting>) {
        let (greetings, heard) = mpsc::channel(GREETINGS);
        let session = Arc::new_cyclic(|session: &Weak<Session>| Session {
            name,
            peer: Peer::new(outbox(session.clone()), Limits::default()),
            services,
            scopes: Mutex::default(),
            idle: Notify::new(),
            greetings,
            closing: AtomicBool::new(false),
            ended: watch::Sender::new(None),
            denied: AtomicBool::new(false),
            complaints: Mutex::new(Complaints {
                pace: Pace::new(COMPLAINTS, COMPLAINTS_WINDOW, Instant::now()),
                kept_back: 0,
            }),
            pings: AtomicU64::new(0),
            pongs: watch::Sender::new(0),
        });
        (session, heard)
    }

    pub(super) fn name(&self) -> &PluginName {
        &self.name
    }

    /// Why the session is over, once it is.
    pub(super) fn ended(&self) -> watch::Receiver<Option<String>> {
        self.ended.subscribe()
    }

    pub(super) fn is_over(&self) -> bool {
        self.ended.borrow().is_some()
    }

    pub(super) fn send(&self, message: &ToPlugin) -> Result<(), CallError> {
        self.peer.send(message).map_err(|error| self.unsent(error.into()))
    }

    /// Opens a call whose scope is known to what the plugin calls within it, from its first moment.
    pub(super) fn open(&self, target: PluginTarget, scope: Option<CallScope>) -> Result<OpenCall, CallError> {
        let deadline = scope.as_ref().and_then(|scope| scope.deadline);
        let deadline = deadline.map(|end| end.saturating_duration_since(Instant::now()));
        // Held while the message is queued, so that an answer finds the scope; queueing never waits.
        let mut scopes = self.scopes();
        let call = self.peer.open(target, None, deadline).map_err(|error| self.unsent(error))?;
        if let Some(scope) = scope {
            scopes.insert(call.id(), scope);
        }
        Ok(call)
    }

    /// The calls of runs that are open on the plugin.
    pub(super) fn open_calls(&self) -> Vec<CallId> {
        self.scopes().keys().copied().collect()
    }

    pub(super) fn forget_scope(&self, call: CallId) {
        let mut scopes = self.scopes();
        scopes.remove(&call);
        if scopes.is_empty() {
            self.idle.notify_waiters();
        }
    }

    /// Waits until no call of a run is open on the plugin. Safe to cancel.
    pub(super) async fn without_calls(&self) {
        loop {
            let mut idle = pin!(self.idle.notified());
            // From here on none is missed.
            idle.as_mut().enable();
            if self.scopes().is_empty() {
                return;
            }
            idle.await;
        }
    }

    /// Takes in one message of the plugin's. Does not block.
    pub(super) fn receive(&self, bytes: &[u8]) {
        match self.peer.receive(bytes) {
            Received::Handled => {}
            Received::Call(call) => {
                let scope = call.parent.and_then(|parent| self.scope(parent));
                self.services.call(&self.name, scope, call);
            }
            Received::Session(message) => self.hear(*message),
            Received::Rejected(reason) => self.complain(&reason),
            Received::Violation(breach) => {
                self.complain(&breach);
                self.end(&format!("the plugin broke the protocol: {breach}"));
            }
        }
    }

    fn hear(&self, message: Message<HostTarget>) {
        let greeting = match message {
            Message::Log(log) => {
                let scope = log.parent.and_then(|parent| self.scope(parent));
                return self.services.log(Some(&self.name), scope, log);
            }
            Message::Ping { nonce } => return self.answer(&Message::Pong { nonce }),
            Message::Pong { nonce } => return self.hear_pong(nonce),
            Message::Rejected { reason } => {
                // Cut, or a line of the log could be as long as a message.
                let reason = reason.get(..reason.floor_char_boundary(LOGGED)).unwrap_or_default();
                tracing::debug!(plugin = %self.name, reason, "the plugin did not understand a message");
                return;
            }
            Message::Hello(hello) => Greeting::Hello(hello),
            Message::Initialized(described) => Greeting::Initialized(Box::new(described::fit(described))),
            Message::InitializeFailed { error } => Greeting::InitializeFailed(error),
            Message::Bye(Bye { error }) => Greeting::Bye(Bye { error: error.as_deref().map(described::text) }),
            // What only a host says, and what the peer keeps to itself.
            Message::Initialize(_)
            | Message::PermissionsChanged { .. }
            | Message::Shutdown(_)
            | Message::Call { .. }
            | Message::Item { .. }
            | Message::End { .. }
            | Message::Error { .. }
            | Message::Cancel { .. }
            | Message::Credit { .. }
            | Message::Chunk { .. } => {
                let reason = "it sent a message that only a host sends, or that belongs to a call";
                self.complain(reason);
                return self.answer(&Message::Rejected { reason: "a host does not take this".into() });
            }
        };
        let unasked = matches!(greeting, Greeting::Bye(_)) && !self.closing.load(Ordering::Acquire);
        if unasked {
            self.end("the plugin closed its session by itself");
        } else if let Err(TrySendError::Full(_)) = self.greetings.try_send(greeting) {
            self.end("the plugin greets the host again and again");
        }
    }

    /// Asks the plugin whether it is there, and waits for its answer, for ever if there is none.
    pub(super) async fn ping(&self) {
        let nonce = self.pings.fetch_add(1, Ordering::Relaxed) + 1;
        let mut pongs = self.pongs.subscribe();
        self.answer(&Message::Ping { nonce });
        let _ = pongs.wait_for(|answered| *answered >= nonce).await;
    }

    fn hear_pong(&self, nonce: u64) {
        // What was not asked yet can't be answered.
        if nonce <= self.pings.load(Ordering::Relaxed) {
            self.pongs.send_modify(|answered| *answered = nonce.max(*answered));
        }
    }

    /// From here on a farewell is expected.
    pub(super) fn expect_farewell(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Ends the session here, once; the first reason counts. Open calls fail with it.
    pub(super) fn end(&self, reason: &str) {
        self.end_with(&CallError::new(ErrorKind::Unavailable, reason));
    }

    /// Ends the session like [`Session::end`], because something that the plugin was given was taken back: open calls
    /// are denied.
    pub(super) fn deny(&self, reason: &str) {
        self.end_with(&CallError::new(ErrorKind::PermissionDenied, reason));
    }

    /// Whether it ended by [`Session::deny`].
    pub(super) fn was_denied(&self) -> bool {
        self.denied.load(Ordering::Acquire)
    }

    fn end_with(&self, error: &CallError) {
        let first = self.ended.send_if_modified(|ended| {
            let first = ended.is_none();
            if first {
                // Before anybody learns of the end.
                self.denied.store(error.kind == ErrorKind::PermissionDenied, Ordering::Release);
                *ended = Some(error.message.clone());
            }
            first
        });
        if first {
            self.peer.close_with(error);
        }
    }

    /// Puts into the plugin's log what is wrong with its messages: the first few, and then how many there were.
    pub(super) fn complain(&self, reason: &str) {
        let kept_back = {
            let mut complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
            if !complaints.pace.admit(Instant::now()) {
                complaints.kept_back += 1;
                return;
            }
            std::mem::take(&mut complaints.kept_back)
        };
        let more = match kept_back {
            0 => String::new(),
            more => format!(" ({more} more like it were not told)"),
        };
        self.tell(LogLevel::Warning, format!("it broke the protocol: {reason}{more}"));
    }

    /// Puts a line about the plugin into its log: the run's, if a single one has calls open on it.
    pub(super) fn tell(&self, level: LogLevel, message: String) {
        self.tell_with(level, message, Map::new());
    }

    /// The same with fields.
    pub(super) fn tell_with(&self, level: LogLevel, message: String, fields: Map<String, Value>) {
        let log = Log { level, message, fields, parent: None };
        self.services.log(Some(&self.name), self.only_scope(), log);
    }

    /// What all open calls have in common; nothing, if they are of several runs.
    fn only_scope(&self) -> Option<CallScope> {
        let scopes = self.scopes();
        let mut open = scopes.values();
        let first = open.next()?;
        let mut common = CallScope { deadline: None, ..first.clone() };
        for scope in open {
            if scope.stream != common.stream {
                return None;
            }
            if scope.span != common.span {
                common.span = None;
            }
        }
        Some(common)
    }

    fn answer(&self, message: &ToPlugin) {
        // A plugin that is gone needs no answer.
        let _ = self.peer.send(message);
    }

    /// Why a message did not go out: because the session is over, or because of its length.
    fn unsent(&self, error: CallError) -> CallError {
        if self.is_over() { self.gone() } else { error }
    }

    fn gone(&self) -> CallError {
        let reason = self.ended.borrow().clone().unwrap_or_else(|| "its session is over".to_owned());
        let text = format!("the plugin `{}` can't be called: {reason}", self.name);
        let kind = if self.was_denied() { ErrorKind::PermissionDenied } else { ErrorKind::Unavailable };
        CallError::new(kind, text)
    }

    fn scope(&self, call: CallId) -> Option<CallScope> {
        self.scopes().get(&call).cloned()
    }

    fn scopes(&self) -> MutexGuard<'_, HashMap<CallId, CallScope>> {
        // Nothing that holds the lock can panic half way through a change.
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
