//! A plugin in memory: two real peers, and a script instead of a library.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use orchestrator_protocol::peer::{CallEvent, Closed, Incoming, Limits, OpenCall, Peer, Received};
use orchestrator_protocol::target::{AgentOutcome, HostTarget, PluginTarget};
use orchestrator_protocol::{CallError, CallId, ErrorKind};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::agent::code::{CodeCall, PluginCode};
use crate::agent::{Around, Before};
use crate::event::SpanId;
use crate::runtime::CallScope;

/// What a plugin's code yields, and how it ends.
pub(crate) type Yields = BoxStream<'static, Result<Value, CallError>>;
type Script = Box<dyn Fn(PluginTarget, Host) -> Yields + Send + Sync>;
type Calls = Box<dyn Fn(Option<CallScope>, Incoming<HostTarget>) + Send + Sync>;

pub(crate) struct FakePlugin {
    host: Peer<HostTarget, PluginTarget>,
    scopes: Arc<Mutex<HashMap<CallId, CallScope>>>,
    calls: Arc<OnceLock<Calls>>,
}

/// The host as the script sees it, within one call.
#[derive(Clone)]
pub(crate) struct Host {
    peer: Peer<PluginTarget, HostTarget>,
    parent: CallId,
}

/// How the plugin takes being cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    Obeys,
    Ignores,
}

impl FakePlugin {
    /// `script` is run for each call, on a task of its own.
    pub fn start(manners: Manners, script: impl Fn(PluginTarget, Host) -> Yields + Send + Sync + 'static) -> Arc<Self> {
        let (to_plugin, mut for_plugin) = mpsc::unbounded_channel::<Vec<u8>>();
        let (to_host, mut for_host) = mpsc::unbounded_channel::<Vec<u8>>();
        let host: Peer<HostTarget, PluginTarget> = Peer::new(Wire(to_plugin), Limits::default());
        let plugin: Peer<PluginTarget, HostTarget> = Peer::new(Wire(to_host), Limits::default());
        let fake = Arc::new(FakePlugin { host: host.clone(), scopes: Arc::default(), calls: Arc::default() });
        let (scopes, calls) = (fake.scopes.clone(), fake.calls.clone());
        tokio::spawn(async move {
            while let Some(message) = for_host.recv().await {
                if let Received::Call(incoming) = host.receive(&message) {
                    let scope = incoming.parent.and_then(|parent| scopes.lock().unwrap().get(&parent).cloned());
                    calls.get().expect("the script calls the host, which the test did not expect")(scope, incoming);
                }
            }
        });
        let script: Arc<Script> = Arc::new(Box::new(script));
        tokio::spawn(async move {
            while let Some(message) = for_plugin.recv().await {
                if let Received::Call(incoming) = plugin.receive(&message) {
                    let host = Host { peer: plugin.clone(), parent: incoming.responder.id() };
                    tokio::spawn(answer(manners, script.clone(), host, incoming));
                }
            }
        });
        fake
    }

    /// Where the script's own calls go.
    pub fn on_call(&self, calls: impl Fn(Option<CallScope>, Incoming<HostTarget>) + Send + Sync + 'static) {
        assert!(self.calls.set(Box::new(calls)).is_ok(), "set once");
    }

    /// The plugin is gone.
    pub fn crash(&self, reason: &str) {
        self.host.close(reason);
    }

    pub fn code(self: &Arc<Self>) -> Arc<dyn PluginCode> {
        self.clone()
    }
}

impl Host {
    pub async fn run_agent(&self, name: &str, task: &str) -> Result<String, CallError> {
        let request = serde_json::json!({"task": task, "context": {}});
        let target = HostTarget::RunAgent { name: name.to_owned(), request, stream: false };
        let mut call = self.peer.open(target, Some(self.parent), None)?;
        match call.next().await {
            CallEvent::End(value) => Ok(serde_json::from_value::<AgentOutcome>(value).unwrap().output),
            CallEvent::Error(error) => Err(error),
            CallEvent::Item(item) => panic!("not asked to stream, and got {item}"),
        }
    }

    /// Calls the host, within this call or, if `orphan`, within none.
    pub fn open(&self, target: HostTarget, orphan: bool) -> OpenCall {
        self.peer.open(target, (!orphan).then_some(self.parent), None).unwrap()
    }
}

async fn answer(manners: Manners, script: Arc<Script>, host: Host, incoming: Incoming<PluginTarget>) {
    let Incoming { target, responder, .. } = incoming;
    let mut yields = script(target, host);
    loop {
        let next = tokio::select! {
            biased;
            () = responder.cancelled().cancelled(), if manners == Manners::Obeys => {
                let reason = responder.cancel_reason().to_owned();
                return responder.error(CallError::new(ErrorKind::Cancelled, reason));
            }
            next = yields.next() => next,
        };
        match next {
            // One that ignores the cancellation goes on without being heard.
            Some(Ok(value)) => drop(responder.item(&value).await),
            Some(Err(error)) => return responder.error(error),
            None => return responder.end(json!({"usage": {"tokens": 3, "model\u{1b}[2J": "m\u{7}"}})),
        }
    }
}

struct Wire(mpsc::UnboundedSender<Vec<u8>>);

impl orchestrator_protocol::peer::Outbox for Wire {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        self.0.send(message).map_err(|_| Closed)
    }
}

impl PluginCode for FakePlugin {
    fn call(&self, target: PluginTarget, scope: CallScope) -> Result<Box<dyn CodeCall>, CallError> {
        let mut scopes = self.scopes.lock().unwrap();
        let call = self.host.open(target, None, None)?;
        scopes.insert(call.id(), scope);
        Ok(Box::new(FakeCall(call)))
    }
}

struct FakeCall(OpenCall);

impl CodeCall for FakeCall {
    fn next(&mut self) -> BoxFuture<'_, CallEvent> {
        Box::pin(self.0.next())
    }

    fn cancel(&mut self, reason: &str) {
        self.0.cancel(reason);
    }
}

/// Nothing stands around the agent runs.
pub struct Unhooked;

impl Around for Unhooked {
    fn before(&self, _: SpanId, request: Value) -> BoxFuture<'_, Before> {
        async move { Before::Run(request) }.boxed()
    }

    fn after(&self, _: SpanId, text: String) -> BoxFuture<'_, Result<String, CallError>> {
        async move { Ok(text) }.boxed()
    }
}
