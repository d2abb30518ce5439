//! What ten native hooks in a chain cost, beside the bare way to a hook thread and back: `cargo bench --bench hooks`.
#![cfg(target_os = "linux")]
#![allow(dead_code, clippy::unwrap_used, reason = "the tests' helpers do more than is needed here")]

#[path = "../tests/runtime_native/host.rs"]
mod host;

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use host::{Host, library, scope, wanted};
use orchestrator::config::{Bases, Places};
use orchestrator::event::bus::Bus;
use orchestrator::event::{ContentHash, PluginName, StreamId};
use orchestrator::hook::{HookChain, HookRegistry, Place, QuarantineSink};
use orchestrator::permission::{Permissions, Request, Subject};
use orchestrator::runtime::LivePlugin;
use orchestrator::runtime::hook_threads::HookThreads;
use orchestrator::store::{NewRun, Store};
use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const HOOK: HookName = HookName::PreWorkflowExecution;
const HANDLERS: usize = 10;
const TIMES: usize = 500;

struct Nobody;

impl QuarantineSink for Nobody {
    fn quarantine(&self, plugin: &PluginName, reason: String) {
        panic!("{plugin} is quarantined: {reason}");
    }
}

fn context() -> Value {
    json!({"run_id": 1, "workflow_type": "chorus", "requirements": "Sing", "config": {}, "project": "/project"})
}

/// Ten plugins of which each adds its name to the context, may do so, and is traced into a real history.
async fn chain(host: &Host, threads: &HookThreads) -> (HookChain, Vec<Arc<LivePlugin>>, StreamId) {
    let state = host.dir.path().join("state");
    std::fs::create_dir_all(host.dir.path().join("config")).unwrap();
    let places = Places::at(
        host.dir.path(),
        &Bases { config: state.join("config"), data: state.join("data"), state: state.clone() },
    )
    .unwrap();
    let store = Store::open(&state).unwrap();
    let new = NewRun { workflow_type: "chorus".into(), requirements: "Sing".into(), plugin: None };
    let run = store.create_run(&new).unwrap();
    let bus = Bus::start(Arc::new(store));
    let permissions = Permissions::open(places, bus.clone());
    let registry = Arc::new(HookRegistry::default());
    let config = json!({"hooks": {HOOK.as_str(): "change"}, "quiet": true});
    let mut plugins = Vec::new();
    for number in 0..HANDLERS {
        let plugin = host.load((library("hooking"), config.clone())).await.unwrap();
        let name: PluginName = format!("p{number}").parse().unwrap();
        permissions.register(Subject {
            name: name.clone(),
            content: ContentHash::of(name.as_str().as_bytes()),
            requests: [Permission::ReadWorkflow, Permission::WriteWorkflow].map(Request::all_of).into(),
            bundled: true,
            dir: None,
        });
        registry.set(&name, plugin.contributions().hooks.clone(), &plugin.hook_port());
        plugins.push(plugin);
    }
    let limit = Duration::from_secs(60);
    let chain = HookChain::new(registry, bus, permissions, threads.clone(), Arc::new(Nobody), limit);
    (chain, plugins, StreamId::Run(run))
}

/// The middle one of many measurements.
async fn median<F: Future<Output = ()>>(mut measured: impl FnMut() -> F) -> Duration {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        measured().await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    times[TIMES / 2]
}

/// To a hook thread and back with nothing to do there.
async fn cross(threads: &HookThreads) {
    let (tell, told) = tokio::sync::oneshot::channel();
    threads.run(Box::new(move || tell.send(()).unwrap())).unwrap().release();
    told.await.unwrap();
}

/// The handlers alone, on this thread: neither asked for nor traced.
fn call_all(plugins: &[Arc<LivePlugin>]) {
    let handler = format!("on_{HOOK}");
    let mut request = HookRequest { hook: HOOK, handler, args: vec![context()] };
    for plugin in plugins {
        let HookReply::Changed { value } = plugin.hook_port().call(&request, scope(1), &wanted()) else {
            panic!("it changed nothing")
        };
        request.args = vec![value];
    }
}

async fn deliver(chain: &HookChain, stream: StreamId) {
    let outcome = chain.deliver(HOOK, vec![context()], Place::new(stream, CancellationToken::new())).await;
    assert_eq!(outcome.args[0]["trail"].as_array().map(Vec::len), Some(HANDLERS), "{outcome:?}");
}

#[tokio::main]
async fn main() {
    let mut told = std::io::stdout();
    let (host, threads) = (Host::new(), HookThreads::default());
    let (chain, plugins, stream) = chain(&host, &threads).await;
    deliver(&chain, stream).await;
    let crossing = median(|| cross(&threads)).await;
    let handlers = median(|| async { call_all(&plugins) }).await;
    let whole = median(|| deliver(&chain, stream)).await;
    let ratio = |time: Duration| time.as_secs_f64() / crossing.as_secs_f64();
    writeln!(told, "to a hook thread and back: {crossing:?} (median)").unwrap();
    writeln!(told, "{HANDLERS} handlers, called alone: {handlers:?}, {:.1} crossings", ratio(handlers)).unwrap();
    writeln!(told, "{HANDLERS} handlers, allowed and traced: {whole:?}, {:.1} crossings", ratio(whole)).unwrap();
}
