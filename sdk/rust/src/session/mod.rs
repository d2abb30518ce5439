//! One loaded instance of the plugin: its runtime, its session with the host, and the calls that it serves.
//!
//! [`Instance`] is what the border holds. Messages are taken in where the host delivers them; what takes time runs
//! on the instance's own runtime: [`life`] from greeting to farewell, [`serve`] one task for each call. [`parts`] is
//! what the plugin contributes. Nothing here is `unsafe`, and nothing knows pointers.

mod life;
mod parts;
mod serve;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use orchestrator_protocol::hook::{HookReply, HookRequest};
use orchestrator_protocol::peer::{Incoming, Limits, Peer, Received};
use orchestrator_protocol::session::Log;
use orchestrator_protocol::target::{HostTarget, PluginTarget};
use orchestrator_protocol::{CallError, ErrorKind, Message};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::border::HostLink;
use crate::permission::Grants;
use crate::{Config, Plugin, PluginContext};
use life::Order;
use parts::Parts;

pub(crate) type HostPeer = Peer<PluginTarget, HostTarget>;

/// Enough for a plugin whose agents compute in turn; what computes for long belongs on threads of its own.
const WORKERS: usize = 2;
/// How long the last tasks may take once nobody listens any more.
const LAST_TASKS: Duration = Duration::from_secs(2);

/// A running plugin.
pub(crate) struct Instance {
    runtime: Runtime,
    shared: Arc<Shared>,
    orders: mpsc::UnboundedSender<Order>,
}

/// What the tasks of an instance have in common.
struct Shared {
    peer: HostPeer,
    grants: Arc<Grants>,
    /// Set once the plugin is initialized.
    ready: OnceLock<Ready>,
    /// The open calls' tasks; closed when the plugin shuts down.
    calls: TaskTracker,
}

/// Hands a config to the plugin, and tells whether it took it.
type Reconfigure = Box<dyn Fn(Config) -> BoxFuture<'static, Result<bool, CallError>> + Send + Sync>;

struct Ready {
    parts: Parts,
    reconfigure: Reconfigure,
    context: PluginContext,
}

impl Instance {
    /// Starts the runtime and the session. The plugin itself is made when the host says `initialize`.
    pub(crate) fn start<P: Plugin>(host: HostLink) -> std::io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(WORKERS).thread_name(thread_name::<P>()).enable_all().build()?;
        let shared = Arc::new(Shared {
            peer: Peer::new(host, Limits::default()),
            grants: Arc::default(),
            ready: OnceLock::new(),
            calls: TaskTracker::new(),
        });
        // Bounded by its one sender: the host greets, initializes and shuts down once.
        let (orders, queue) = mpsc::unbounded_channel();
        runtime.spawn(life::live::<P>(shared.clone(), queue));
        Ok(Instance { runtime, shared, orders })
    }

    /// Takes in one message of the host's. Does not block.
    pub(crate) fn receive(&self, bytes: &[u8]) {
        match self.shared.peer.receive(bytes) {
            // What was not understood was answered so.
            Received::Handled | Received::Rejected(_) => {}
            Received::Call(call) => self.shared.begin(self.runtime.handle(), call),
            Received::Session(message) => self.session(*message),
            Received::Violation(breach) => self.shared.peer.close(&format!("the host broke the protocol: {breach}")),
        }
    }

    fn session(&self, message: Message<PluginTarget>) {
        let order = match message {
            Message::Hello(hello) => Order::Hello(hello),
            Message::Initialize(mut initialize) => {
                // Here, and not when the order is carried out: a change may be told before that.
                self.shared.grants.replace(std::mem::take(&mut initialize.permissions));
                Order::Initialize(Box::new(initialize))
            }
            Message::PermissionsChanged { granted } => {
                self.shared.grants.replace(granted);
                return;
            }
            Message::Shutdown(shutdown) => Order::Shutdown(shutdown),
            Message::Ping { nonce } => {
                // A host that is gone needs no answer.
                let _ = self.shared.peer.send(&Message::Pong { nonce });
                return;
            }
            Message::Pong { .. } | Message::Rejected { .. } => return,
            // What only a plugin says, and what the peer keeps to itself.
            Message::Initialized(_)
            | Message::InitializeFailed { .. }
            | Message::Bye(_)
            | Message::Log(_)
            | Message::Call { .. }
            | Message::Item { .. }
            | Message::End { .. }
            | Message::Error { .. }
            | Message::Cancel { .. }
            | Message::Credit { .. }
            | Message::Chunk { .. } => {
                let _ = self.shared.peer.send(&Message::Rejected { reason: "a plugin does not take this".into() });
                return;
            }
        };
        // After the farewell nobody takes orders any more.
        let _ = self.orders.send(order);
    }

    /// Runs one hook handler on the calling thread.
    pub(crate) fn hook(&self, request: &[u8]) -> Vec<u8> {
        let reply = match serde_json::from_slice::<HookRequest>(request) {
            Ok(request) => self.shared.run_hook(request),
            Err(error) => {
                let text = format!("the hook's request could not be understood: {error}");
                HookReply::Failed { error: CallError::new(ErrorKind::InvalidRequest, text) }
            }
        };
        serde_json::to_vec(&reply).expect("a reply is plain data with string keys, which always encodes")
    }

    /// Ends the session and joins the runtime's threads. One that does not come back in time is left behind: the
    /// library stays loaded, so it stands on firm ground.
    pub(crate) fn end(self) {
        self.shared.peer.close("the plugin was ended");
        self.runtime.shutdown_timeout(LAST_TASKS);
    }
}

impl Shared {
    /// Answers a call on a task of its own.
    fn begin(self: &Arc<Self>, runtime: &Handle, call: Incoming<PluginTarget>) {
        if self.ready.get().is_none() || self.calls.is_closed() {
            let text = "the plugin is not ready for calls: it is still starting, or shutting down";
            call.responder.error(CallError::new(ErrorKind::Unavailable, text));
            return;
        }
        let shared = self.clone();
        self.calls.spawn_on(async move { serve::serve(&shared, call).await }, runtime);
    }

    fn run_hook(&self, request: HookRequest) -> HookReply {
        match self.ready.get() {
            Some(ready) => ready.parts.run_hook(request),
            None => {
                let error = CallError::new(ErrorKind::Unavailable, "the plugin is not initialized");
                HookReply::Failed { error }
            }
        }
    }
}

/// Sends a line to the host's log. Lost when the host is gone.
pub(crate) fn log(peer: &HostPeer, log: Log) {
    let _ = peer.send(&Message::Log(log));
}

/// The plugin's crate: what a person looks for in a list of threads.
fn thread_name<P>() -> &'static str {
    std::any::type_name::<P>().split("::").next().unwrap_or("plugin")
}
