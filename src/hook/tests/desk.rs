//! A bus with a journal in memory, and permissions in a folder of their own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::session::{HookInfo, OnFailure};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::config::{Bases, Places};
use crate::event::bus::{Bus, MemoryJournal};
use crate::event::{ContentHash, Event, EventKind, HookOutcome, PluginName, RunId, StreamId};

use crate::hook::{HookChain, HookRegistry, QuarantineSink};
use crate::permission::{Permissions, Request, Subject};
use crate::runtime::hook_threads::HookThreads;
use crate::runtime::{CallScope, HookPort};

pub(crate) struct Desk {
    pub bus: Bus,
    pub journal: Arc<MemoryJournal>,
    pub permissions: Permissions,
    _dir: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("config")).unwrap();
        let home = dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let places = Places::at(dir.path(), &bases).unwrap();
        let journal = Arc::new(MemoryJournal::default());
        let bus = Bus::start(journal.clone());
        let permissions = Permissions::open(places, bus.clone());
        Desk { bus, journal, permissions, _dir: dir }
    }

    /// Makes a plugin known that has these permissions and no others.
    pub fn grant(&self, plugin: &str, permissions: &[Permission]) {
        self.register(plugin, permissions, true);
    }

    /// Makes a plugin known that asks for these permissions and has none.
    pub fn ask(&self, plugin: &str, permissions: &[Permission]) {
        self.register(plugin, permissions, false);
    }

    fn register(&self, plugin: &str, permissions: &[Permission], bundled: bool) {
        let requests = permissions.iter().copied().map(Request::all_of).collect();
        let content = ContentHash::of(plugin.as_bytes());
        self.permissions.register(Subject { name: name(plugin), content, requests, bundled, dir: None });
    }

    pub fn chain(&self, registry: Arc<HookRegistry>, quarantine: Arc<dyn QuarantineSink>) -> HookChain {
        let (threads, timeout) = (HookThreads::default(), Duration::from_secs(60));
        HookChain::new(registry, self.bus.clone(), self.permissions.clone(), threads, quarantine, timeout)
    }

    /// All events of a stream so far.
    pub async fn events(&self, stream: StreamId) -> Vec<Arc<Event>> {
        let mut feed = self.bus.subscribe(stream, 1);
        let mut all = Vec::new();
        while let Some(Some(events)) = feed.next().now_or_never() {
            all.extend(events);
        }
        all
    }
}

pub(crate) fn name(plugin: &str) -> PluginName {
    plugin.parse().unwrap()
}

pub(crate) const RUN: StreamId = StreamId::Run(RunId(1));

/// Remembers whom it was told to quarantine.
#[derive(Default)]
pub(crate) struct Quarantined(pub Mutex<Vec<String>>);

impl QuarantineSink for Quarantined {
    fn quarantine(&self, plugin: &PluginName, _reason: String) {
        self.0.lock().unwrap().push(plugin.to_string());
    }
}

/// A plugin's handlers as one function.
struct Handlers<F> {
    reply: F,
    speaks_meanwhile: bool,
}

impl<F: Fn(&HookRequest, &CancellationToken) -> HookReply + Send + Sync> HookPort for Handlers<F> {
    fn call(&self, request: &HookRequest, _: CallScope, unwanted: &CancellationToken) -> HookReply {
        (self.reply)(request, unwanted)
    }

    fn speaks_meanwhile(&self) -> bool {
        self.speaks_meanwhile
    }

    fn ends_what_hangs(&self) -> bool {
        false
    }
}

pub(crate) fn port(handlers: impl Fn(&HookRequest) -> HookReply + Send + Sync + 'static) -> Arc<dyn HookPort> {
    Arc::new(Handlers {
        reply: move |request: &HookRequest, _: &CancellationToken| handlers(request),
        speaks_meanwhile: true,
    })
}

/// As in the host's own process.
pub(crate) fn port_in_process(
    handlers: impl Fn(&HookRequest) -> HookReply + Send + Sync + 'static,
) -> Arc<dyn HookPort> {
    Arc::new(Handlers {
        reply: move |request: &HookRequest, _: &CancellationToken| handlers(request),
        speaks_meanwhile: false,
    })
}

/// Of handlers that end when nobody wants their answer any more.
pub(crate) fn port_that_hears(
    handlers: impl Fn(&HookRequest, &CancellationToken) -> HookReply + Send + Sync + 'static,
) -> Arc<dyn HookPort> {
    Arc::new(Handlers { reply: handlers, speaks_meanwhile: true })
}

pub(crate) fn info(hook: HookName, handler: &str, priority: i32) -> HookInfo {
    HookInfo { hook, handler: handler.into(), priority, timeout_ms: None, on_failure: OnFailure::Continue }
}

/// The plugin, outcome and reason of each delivery that is over.
pub(crate) fn deliveries(events: &[Arc<Event>]) -> Vec<(String, HookOutcome, Option<String>)> {
    let finished = events.iter().filter_map(|event| match &event.kind {
        EventKind::HookFinished { outcome, reason, .. } => {
            Some((event.plugin.as_ref()?.to_string(), *outcome, reason.clone()))
        }
        _ => None,
    });
    finished.collect()
}

/// The object with one more name in its list `seen`.
pub(crate) fn sign(value: &Value, who: &str) -> Value {
    let mut value = value.clone();
    match value.get_mut("seen").and_then(Value::as_array_mut) {
        Some(seen) => seen.push(who.into()),
        None => value["seen"] = serde_json::json!([who]),
    }
    value
}
