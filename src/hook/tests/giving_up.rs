//! What a handler has lost before its turn, and who waits for it no longer.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply};
use orchestrator_protocol::session::OnFailure;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, Quarantined, RUN, deliveries, info, name, port_in_process, port_that_hears, sign};
use crate::event::HookOutcome;
use crate::hook::{ChainStop, HookRegistry, Place};

const PRE: HookName = HookName::PreWorkflowExecution;
const BOTH: [Permission; 2] = [Permission::ReadWorkflow, Permission::WriteWorkflow];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_in_this_process_does_not_get_what_it_lost_while_others_had_their_turn() {
    let (desk, registry) = (Desk::new(), Arc::<HookRegistry>::default());
    let chain = desk.chain(registry.clone(), Arc::<Quarantined>::default());
    let (reached, at_first): (Sender<()>, Receiver<()>) = channel();
    let (go_on, held): (Sender<()>, Receiver<()>) = channel();
    let held = Mutex::new(held);
    let first = port_in_process(move |request| {
        reached.send(()).unwrap();
        held.lock().unwrap().recv().unwrap();
        HookReply::Changed { value: sign(&request.args[0], "a") }
    });
    for (plugin, port) in [("a", first), ("b", signing("b")), ("c", signing("c"))] {
        desk.grant(plugin, &BOTH);
        registry.set(&name(plugin), vec![info(PRE, "h", 0)], &port);
    }
    let revoke = async {
        tokio::task::spawn_blocking(move || at_first.recv().unwrap()).await.unwrap();
        desk.permissions.revoke(&name("b"), Permission::ReadWorkflow, "test").await.unwrap();
        go_on.send(()).unwrap();
    };
    let place = Place::new(RUN, CancellationToken::new());
    let (outcome, ()) = tokio::join!(chain.deliver(PRE, vec![json!({})], place), revoke);
    assert_eq!(outcome.args, [json!({"seen": ["a", "c"]})]);
    let all = deliveries(&desk.events(RUN).await);
    let outcomes: Vec<_> = all.iter().map(|(plugin, outcome, _)| (plugin.as_str(), *outcome)).collect();
    use HookOutcome::{Changed, NotPermitted};
    assert_eq!(outcomes, [("a", Changed), ("b", NotPermitted), ("c", Changed)]);
}

fn signing(who: &'static str) -> Arc<dyn crate::runtime::HookPort> {
    port_in_process(move |request| HookReply::Changed { value: sign(&request.args[0], who) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_hears_that_nobody_waits_for_it() {
    for gives_up in [GivesUp::Cancelled, GivesUp::Revoked] {
        let (desk, registry) = (Desk::new(), Arc::<HookRegistry>::default());
        let chain = desk.chain(registry.clone(), Arc::<Quarantined>::default());
        let (called, calls) = channel();
        let (heard, hearing) = channel();
        let runtime = tokio::runtime::Handle::current();
        let waits = port_that_hears(move |_, unwanted| {
            called.send(()).unwrap();
            runtime.block_on(unwanted.cancelled());
            heard.send(()).unwrap();
            HookReply::Unchanged
        });
        desk.grant("a", &BOTH);
        let hook = orchestrator_protocol::session::HookInfo { on_failure: OnFailure::Abort, ..info(PRE, "h", 0) };
        registry.set(&name("a"), vec![hook], &waits);
        let cancel = CancellationToken::new();
        let end = async {
            tokio::task::spawn_blocking(move || calls.recv().unwrap()).await.unwrap();
            match gives_up {
                GivesUp::Cancelled => cancel.cancel(),
                GivesUp::Revoked => {
                    desk.permissions.revoke(&name("a"), Permission::ReadWorkflow, "test").await.unwrap();
                }
            }
        };
        let place = Place::new(RUN, cancel.clone());
        let (outcome, ()) = tokio::join!(chain.deliver(PRE, vec![json!({})], place), end);
        let stop = match gives_up {
            GivesUp::Cancelled => Some(ChainStop::Cancelled),
            GivesUp::Revoked => None,
        };
        assert_eq!(outcome.stop, stop);
        tokio::task::spawn_blocking(move || hearing.recv().unwrap()).await.unwrap();
    }
}

/// Why nobody waits.
enum GivesUp {
    Cancelled,
    Revoked,
}
