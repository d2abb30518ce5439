//! Handlers in this process that nobody waits for any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply};
use orchestrator_protocol::session::HookInfo;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, Quarantined, RUN, deliveries, info, name, port_in_process};
use crate::event::HookOutcome;
use crate::hook::{ChainStop, HookRegistry, Place};

const PRE: HookName = HookName::PreWorkflowExecution;
const BOTH: [Permission; 2] = [Permission::ReadWorkflow, Permission::WriteWorkflow];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_the_time_of_all_cuts_off_has_failed_and_hangs_once_its_own_time_is_up() {
    let (desk, registry) = (Desk::new(), Arc::<HookRegistry>::default());
    let quarantined = Arc::<Quarantined>::default();
    let chain = desk.chain(registry.clone(), quarantined.clone());
    let (reached, called): (Sender<()>, Receiver<()>) = channel();
    let hangs = port_in_process(move |_| {
        reached.send(()).unwrap();
        loop {
            std::thread::park();
        }
    });
    desk.grant("a", &BOTH);
    registry.set(&name("a"), vec![HookInfo { timeout_ms: Some(400), ..info(PRE, "h", 0) }], &hangs);
    let cancel = CancellationToken::new();
    let cut_off = async {
        tokio::task::spawn_blocking(move || called.recv().unwrap()).await.unwrap();
        cancel.cancel();
    };
    let place = Place { cancelled: "all were to end", is_time_limit: true, ..Place::new(RUN, cancel.clone()) };
    let (outcome, ()) = tokio::join!(chain.deliver(PRE, vec![json!({})], place), cut_off);
    assert_eq!(outcome.stop, Some(ChainStop::Cancelled));
    assert_eq!(outcome.failures[0].reason, "all were to end while it was running");
    assert_eq!(deliveries(&desk.events(RUN).await)[0].1, HookOutcome::TimedOut);

    chain.watchers.close();
    chain.watchers.wait().await;
    assert_eq!(*quarantined.0.lock().unwrap(), ["a"]);
    assert_eq!(registry.list(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_is_called_twice_when_the_one_before_it_loses_its_permission_as_it_returns() {
    // Whether the one or the other is seen first is chance.
    for _ in 0..20 {
        let (desk, registry) = (Desk::new(), Arc::<HookRegistry>::default());
        let chain = desk.chain(registry.clone(), Arc::<Quarantined>::default());
        let (reached, at_first): (Sender<()>, Receiver<()>) = channel();
        let (go_on, held): (Sender<()>, Receiver<()>) = channel();
        let held = Mutex::new(held);
        let first = port_in_process(move |_| {
            reached.send(()).unwrap();
            held.lock().unwrap().recv().unwrap();
            HookReply::Unchanged
        });
        let calls = Arc::<AtomicUsize>::default();
        let count = calls.clone();
        let second = port_in_process(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            HookReply::Unchanged
        });
        for (plugin, port) in [("a", first), ("b", second)] {
            desk.grant(plugin, &BOTH);
            registry.set(&name(plugin), vec![info(PRE, "h", 0)], &port);
        }
        let revoke = async {
            tokio::task::spawn_blocking(move || at_first.recv().unwrap()).await.unwrap();
            let plugin = name("a");
            let revoked = desk.permissions.revoke(&plugin, Permission::ReadWorkflow, "test");
            let (revoked, ()) = tokio::join!(revoked, async { go_on.send(()).unwrap() });
            revoked.unwrap();
        };
        let place = Place::new(RUN, CancellationToken::new());
        let (outcome, ()) = tokio::join!(chain.deliver(PRE, vec![json!({})], place), revoke);
        assert_eq!((outcome.stop, outcome.failures.len()), (None, 0));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }
}
