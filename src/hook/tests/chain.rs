use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::session::OnFailure;
use orchestrator_protocol::{CallError, Permission};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, Quarantined, RUN, deliveries, info, name, port, sign};
use crate::event::{EventKind, HookOutcome};
use crate::hook::{ChainOutcome, ChainStop, HookChain, HookRegistry, Place};

const PRE: HookName = HookName::PreWorkflowExecution;
const POST: HookName = HookName::PostWorkflowExecution;
const BOTH: [Permission; 2] = [Permission::ReadWorkflow, Permission::WriteWorkflow];

/// What a handler does when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Change,
    Deny,
    Fail,
    Panic,
    Hang,
    Nonsense,
}

impl Does {
    fn reply(self, who: &str, request: &HookRequest, hang: &AtomicUsize) -> HookReply {
        let last = request.args.last().unwrap();
        match self {
            Does::Change => HookReply::Changed { value: sign(last, who) },
            Does::Deny => HookReply::Denied { reason: "not today".into() },
            Does::Fail => HookReply::Failed { error: CallError::failed("no luck") },
            Does::Panic => panic!("out of my depth"),
            Does::Nonsense => HookReply::Changed { value: json!("text") },
            Does::Hang => {
                hang.fetch_add(1, Ordering::SeqCst);
                // Never returns while the test goes on.
                loop {
                    std::thread::park();
                }
            }
        }
    }
}

struct Bench {
    desk: Desk,
    registry: Arc<HookRegistry>,
    quarantined: Arc<Quarantined>,
    chain: Arc<HookChain>,
    hanging: Arc<AtomicUsize>,
}

impl Bench {
    fn new() -> Self {
        let (desk, registry, quarantined) = (Desk::new(), Arc::default(), Arc::<Quarantined>::default());
        let chain = Arc::new(desk.chain(Arc::clone(&registry), quarantined.clone()));
        Bench { desk, registry, quarantined, chain, hanging: Arc::default() }
    }

    /// A plugin that may do everything, with one handler for each hook.
    fn plugin(&self, plugin: &str, does: Does, on_failure: OnFailure) {
        self.desk.grant(plugin, &BOTH);
        let timeout_ms = (does == Does::Hang).then_some(50);
        let hook = |hook| orchestrator_protocol::session::HookInfo { timeout_ms, on_failure, ..info(hook, "h", 0) };
        let (who, hanging) = (plugin.to_owned(), self.hanging.clone());
        let handlers = port(move |request| does.reply(&who, request, &hanging));
        self.registry.set(&name(plugin), vec![hook(PRE), hook(POST)], &handlers);
    }

    async fn deliver(&self, hook: HookName) -> ChainOutcome {
        self.deliver_until(hook, CancellationToken::new()).await
    }

    async fn deliver_until(&self, hook: HookName, cancel: CancellationToken) -> ChainOutcome {
        let args = match hook {
            PRE => vec![json!({})],
            _ => vec![json!({"context": true}), json!({})],
        };
        self.chain.deliver(hook, args, Place::new(RUN, cancel)).await
    }

    async fn outcomes(&self) -> Vec<(String, HookOutcome)> {
        let all = deliveries(&self.desk.events(RUN).await);
        all.into_iter().map(|(plugin, outcome, _)| (plugin, outcome)).collect()
    }
}

fn seen(outcome: &ChainOutcome) -> Vec<&str> {
    let seen = outcome.args.last().unwrap().get("seen").and_then(Value::as_array);
    seen.map(|seen| seen.iter().map(|who| who.as_str().unwrap()).collect()).unwrap_or_default()
}

fn expected_outcome(does: Does, hook: HookName) -> HookOutcome {
    match does {
        Does::Change => HookOutcome::Changed,
        Does::Deny if hook == PRE => HookOutcome::Denied,
        Does::Deny | Does::Fail | Does::Panic | Does::Nonsense => HookOutcome::Failed,
        Does::Hang => HookOutcome::TimedOut,
    }
}

/// Three plugins, of which one misbehaves, in each place, in each way, under each policy, before and after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_one_handler_does_the_others_have_their_turn_unless_it_ends_the_chain() {
    let ways = [Does::Change, Does::Deny, Does::Fail, Does::Panic, Does::Nonsense, Does::Hang];
    for hook in [PRE, POST] {
        for policy in [OnFailure::Continue, OnFailure::Abort] {
            for (place, does) in (0..3).flat_map(|place| ways.map(|does| (place, does))) {
                let bench = Bench::new();
                let mut order = ["a", "b", "c"];
                for (at, plugin) in order.iter().enumerate() {
                    let (does, policy) = if at == place { (does, policy) } else { (Does::Change, OnFailure::Continue) };
                    bench.plugin(plugin, does, policy);
                }
                let mut odd = place;
                if hook == POST {
                    order.reverse();
                    odd = 2 - place;
                }
                let outcome = bench.deliver(hook).await;

                let case = format!("{hook} {does:?} {policy:?} in place {odd}");
                let odd_one = expected_outcome(does, hook);
                let failed = matches!(odd_one, HookOutcome::Failed | HookOutcome::TimedOut);
                let ends = odd_one == HookOutcome::Denied || failed && policy == OnFailure::Abort;
                let expected = order.iter().enumerate().map(|(at, plugin)| {
                    let outcome = match at {
                        at if at == odd => odd_one,
                        at if at > odd && ends => HookOutcome::Skipped,
                        _ => HookOutcome::Changed,
                    };
                    ((*plugin).to_owned(), outcome)
                });
                let expected: Vec<_> = expected.collect();
                assert_eq!(bench.outcomes().await, expected, "{case}");
                let changed: Vec<&str> = order
                    .iter()
                    .zip(&expected)
                    .filter(|(_, (_, outcome))| *outcome == HookOutcome::Changed)
                    .map(|(plugin, _)| *plugin)
                    .collect();
                assert_eq!(seen(&outcome), changed, "{case}");
                assert_eq!(outcome.failures.len(), usize::from(failed), "{case}");
                match &outcome.stop {
                    None => assert!(!ends, "{case}"),
                    Some(ChainStop::Denied(why)) => {
                        assert_eq!((odd_one, why.plugin.as_str()), (HookOutcome::Denied, order[odd]))
                    }
                    Some(ChainStop::Aborted(why)) => assert_eq!((failed, why.plugin.as_str()), (true, order[odd])),
                    Some(ChainStop::Cancelled) => panic!("{case}: nobody cancelled it"),
                }
                let hung = bench.quarantined.0.lock().unwrap().clone();
                assert_eq!(hung, if does == Does::Hang { vec![order[odd]] } else { vec![] }, "{case}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_hangs_is_not_called_again_and_other_chains_never_wait_for_it() {
    let bench = Arc::new(Bench::new());
    bench.plugin("good", Does::Change, OnFailure::Continue);
    let (hook, other) = (info(PRE, "hangs", 9), info(PRE, "other", 8));
    bench.desk.grant("bad", &BOTH);
    let (entered, inside) = mpsc::channel();
    let hanging = bench.hanging.clone();
    let handlers = port(move |request| match request.handler.as_str() {
        "hangs" if request.args[0].get("bait").is_some() => {
            entered.send(()).unwrap();
            Does::Hang.reply("bad", request, &hanging)
        }
        _ => HookReply::Unchanged,
    });
    bench.registry.set(
        &name("bad"),
        vec![orchestrator_protocol::session::HookInfo { timeout_ms: Some(300), ..hook }, other],
        &handlers,
    );

    let stuck = tokio::spawn({
        let bench = bench.clone();
        async move {
            let place = Place::new(RUN, CancellationToken::new());
            bench.chain.deliver(PRE, vec![json!({"bait": 1})], place).await
        }
    });
    let inside = tokio::task::spawn_blocking(move || inside.recv_timeout(Duration::from_secs(30)).unwrap());
    inside.await.unwrap();
    // While one handler hangs, another run's chain goes through.
    assert_eq!(seen(&bench.deliver(PRE).await), ["good"]);
    assert!(!stuck.is_finished());

    let outcome = stuck.await.unwrap();
    assert_eq!(seen(&outcome), ["good"]);
    assert_eq!(outcome.failures[0].reason, "it did not return within 300ms");
    let all = bench.outcomes().await;
    let of_stuck: Vec<_> = all[all.len() - 3..].iter().map(|(plugin, outcome)| (plugin.as_str(), *outcome)).collect();
    assert_eq!(
        of_stuck,
        [("bad", HookOutcome::TimedOut), ("bad", HookOutcome::Skipped), ("good", HookOutcome::Changed)]
    );
    assert_eq!(bench.registry.chain(PRE).len(), 1, "the plugin that hung is out");
}

#[tokio::test]
async fn without_permission_a_handler_is_not_called_or_its_answer_is_discarded() {
    let bench = Bench::new();
    for plugin in ["blind", "mute", "shy"] {
        bench.plugin(plugin, if plugin == "shy" { Does::Deny } else { Does::Change }, OnFailure::Abort);
    }
    bench.plugin("well", Does::Change, OnFailure::Continue);
    bench.desk.grant("blind", &[Permission::WriteWorkflow]);
    bench.desk.grant("mute", &[Permission::ReadWorkflow]);
    bench.desk.grant("shy", &[Permission::ReadWorkflow]);
    let outcome = bench.deliver(PRE).await;
    assert_eq!((seen(&outcome), outcome.stop.clone(), outcome.failures.len()), (vec!["well"], None, 0));

    let events = bench.desk.events(RUN).await;
    let deliveries = deliveries(&events);
    let outcomes: Vec<_> = deliveries.iter().map(|(_, outcome, _)| *outcome).collect();
    use HookOutcome::{Changed, NotPermitted};
    assert_eq!(outcomes, [NotPermitted, NotPermitted, NotPermitted, Changed]);
    let discarded = |at: usize| deliveries[at].2.as_ref().unwrap().starts_with("its answer was discarded: ");
    assert_eq!((discarded(0), discarded(1), discarded(2)), (false, true, true));
    let fired: Vec<_> = bench.registry.list().iter().filter(|l| l.info.hook == PRE).map(|l| l.fired).collect();
    assert_eq!(fired, [0, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_aborts_nothing_for_a_plugin_that_may_change_nothing() {
    let bench = Bench::new();
    bench.plugin("a", Does::Fail, OnFailure::Abort);
    bench.plugin("b", Does::Hang, OnFailure::Abort);
    bench.plugin("c", Does::Change, OnFailure::Continue);
    for plugin in ["a", "b"] {
        bench.desk.grant(plugin, &[Permission::ReadWorkflow]);
    }
    let outcome = bench.deliver(PRE).await;
    assert_eq!((seen(&outcome), outcome.stop.clone(), outcome.failures.len()), (vec!["c"], None, 2));
    use HookOutcome::{Changed, Failed, TimedOut};
    assert_eq!(bench.outcomes().await, [("a".into(), Failed), ("b".into(), TimedOut), ("c".into(), Changed)]);
}

#[tokio::test]
async fn who_only_looks_is_not_asked_for_the_permission_to_change() {
    let bench = Bench::new();
    bench.desk.grant("watcher", &[Permission::ReadWorkflow]);
    let echo = port(|request| HookReply::Changed { value: request.args.last().unwrap().clone() });
    bench.registry.set(&name("watcher"), vec![info(PRE, "h", 0)], &echo);
    bench.deliver(PRE).await;
    assert_eq!(bench.outcomes().await, [("watcher".to_owned(), HookOutcome::Unchanged)]);
    let events = bench.desk.events(RUN).await;
    let checks = events.iter().filter_map(|event| match &event.kind {
        EventKind::PermissionChecked { permission, .. } => Some(*permission),
        _ => None,
    });
    assert_eq!(checks.collect::<Vec<_>>(), [Permission::ReadWorkflow]);
}

#[tokio::test]
async fn a_delivery_is_a_span_with_what_changed_and_secrets_masked() {
    let bench = Bench::new();
    bench.desk.grant("p", &BOTH);
    let handlers = port(|_| HookReply::Changed { value: json!({"api_key": "hush", "n": 2, "note": "\u{202e}x"}) });
    bench.registry.set(&name("p"), vec![info(PRE, "h", 0)], &handlers);
    let parent = Some(crate::event::SpanId(9));
    let place = Place { parent, ..Place::new(RUN, CancellationToken::new()) };
    let outcome = bench.chain.deliver(PRE, vec![json!({"n": 1})], place).await;
    assert_eq!(outcome.args, [json!({"api_key": "hush", "n": 2, "note": "\u{202e}x"})]);

    let events = bench.desk.events(RUN).await;
    let [started, finished] =
        events.iter().filter(|e| !matches!(e.kind, EventKind::PermissionChecked { .. })).collect::<Vec<_>>()[..]
    else {
        panic!("one delivery, two events: {events:?}")
    };
    assert!(matches!(&started.kind, EventKind::HookStarted { order: 1, .. }));
    assert_eq!((started.span, started.parent.map(|p| p.0)), (finished.span, Some(9)));
    let EventKind::HookFinished { before: Some(before), after: Some(after), .. } = &finished.kind else {
        panic!("{finished:?}")
    };
    bench.desk.bus.close().await;
    let body = |body: &crate::event::BodyRef| String::from_utf8(bench.desk.journal.body(&body.hash).unwrap()).unwrap();
    assert_eq!(body(before), r#"{"n":1}"#);
    assert_eq!(body(after), r#"{"api_key":"••••","n":2,"note":"�x"}"#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_ends_a_chain_while_a_handler_runs() {
    let bench = Bench::new();
    bench.plugin("a", Does::Change, OnFailure::Continue);
    bench.plugin("c", Does::Change, OnFailure::Continue);
    bench.desk.grant("b", &BOTH);
    let (cancel, hanging) = (CancellationToken::new(), bench.hanging.clone());
    let trigger = cancel.clone();
    let handlers = port(move |request| {
        trigger.cancel();
        Does::Hang.reply("b", request, &hanging)
    });
    bench.registry.set(&name("b"), vec![info(PRE, "h", 0)], &handlers);
    let outcome = bench.deliver_until(PRE, cancel).await;
    assert_eq!(outcome.stop, Some(ChainStop::Cancelled));
    // The handler cancels first and then begins to hang; the chain may be over in between.
    while bench.hanging.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let outcomes = bench.outcomes().await;
    use HookOutcome::{Changed, Failed, Skipped};
    assert_eq!(outcomes, [("a".into(), Changed), ("b".into(), Failed), ("c".into(), Skipped)]);
    assert!(bench.quarantined.0.lock().unwrap().is_empty(), "being cancelled is no fault of the plugin's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoking_ends_the_delivery_that_uses_it_and_leaves_the_others_their_turn() {
    let bench = Bench::new();
    bench.plugin("a", Does::Change, OnFailure::Abort);
    bench.plugin("c", Does::Change, OnFailure::Abort);
    bench.desk.grant("b", &BOTH);
    let hanging = bench.hanging.clone();
    let handlers = port(move |request| Does::Hang.reply("b", request, &hanging));
    bench.registry.set(&name("b"), vec![info(PRE, "h", 0)], &handlers);
    let revoke = async {
        while bench.hanging.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        bench.desk.permissions.revoke(&name("b"), Permission::ReadWorkflow, "test").await.unwrap();
    };
    let (outcome, ()) = tokio::join!(bench.deliver(PRE), revoke);
    assert_eq!((seen(&outcome), outcome.stop.clone()), (vec!["a", "c"], None));
    use HookOutcome::{Changed, NotPermitted};
    assert_eq!(bench.outcomes().await, [("a".into(), Changed), ("b".into(), NotPermitted), ("c".into(), Changed)]);
    assert!(bench.quarantined.0.lock().unwrap().is_empty(), "losing a permission is no fault of the plugin's");
}

#[tokio::test]
async fn a_chain_that_is_cancelled_before_it_begins_calls_nobody() {
    let bench = Bench::new();
    bench.plugin("a", Does::Change, OnFailure::Continue);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let outcome = bench.deliver_until(PRE, cancel).await;
    assert_eq!((seen(&outcome).len(), outcome.stop), (0, Some(ChainStop::Cancelled)));
    assert_eq!(bench.outcomes().await, [("a".into(), HookOutcome::Skipped)]);
}
