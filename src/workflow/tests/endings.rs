//! How runs end.

use std::time::Duration;

use async_stream::try_stream;
use futures_util::{StreamExt, stream};
use orchestrator_protocol::hook::{HookName, HookReply};
use orchestrator_protocol::session::{HookInfo, OnFailure};
use orchestrator_protocol::{CallError, Permission};
use proptest::prelude::*;
use serde_json::json;

use super::bench::{Asked, Bench, all, end_of, never};
use crate::agent::tests::fakes::Manners;
use crate::event::{EventKind, RunId, RunStatus};
use crate::hook::tests::desk::{info, name, port};
use crate::permission::RunGrant;
use crate::workflow::engine::MAX_RUNS;
use crate::workflow::{StartError, StartWorkflow};

const BOTH: [Permission; 2] = [Permission::ReadWorkflow, Permission::WriteWorkflow];

/// A workflow that works in two phases, with agents side by side.
fn busy(manners: Manners) -> Bench {
    Bench::new(manners, |asked, host| match asked {
        Asked::Agent { name, .. } if name == "two" => stream::repeat_with(|| Ok(json!("again\n"))).take(200).boxed(),
        Asked::Agent { .. } => all(vec![json!("once\n")]),
        Asked::Workflow { .. } => try_stream! {
            for phase in ["first", "second"] {
                yield json!({"type": "phase_start", "phase": phase});
                let (a, b) = tokio::join!(host.run_agent("one", "x"), host.run_agent("two", "y"));
                let both = [a?, b?];
                yield json!({"type": "phase_complete", "phase": phase, "result": both});
            }
            yield json!({"type": "final_result", "status": "completed", "results": null});
        }
        .boxed(),
    })
}

fn add_idle_hooks(bench: &Bench) {
    bench.desk.grant("h", &BOTH);
    let hooks = HookName::ALL.map(|hook| info(hook, "h", 0)).into();
    bench.engine.parts.hooks.registry.set(&name("h"), hooks, &port(|_| HookReply::Unchanged));
}

#[tokio::test]
async fn cancelled_at_any_boundary_it_ends_as_cancelled_and_says_who() {
    let boundaries: [fn(&EventKind) -> bool; 7] = [
        |kind| matches!(kind, EventKind::RunStarted { .. }),
        |kind| matches!(kind, EventKind::HookStarted { hook: HookName::PreWorkflowExecution, .. }),
        |kind| matches!(kind, EventKind::PhaseStart { .. }),
        |kind| matches!(kind, EventKind::AgentStarted { .. }),
        |kind| matches!(kind, EventKind::AgentOutput { .. }),
        |kind| matches!(kind, EventKind::AgentFinished { .. }),
        |kind| matches!(kind, EventKind::PhaseComplete { .. }),
    ];
    for (at, boundary) in boundaries.into_iter().enumerate() {
        let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
            Asked::Agent { name, .. } if name == "two" => all(vec![json!("x")]).chain(never()).boxed(),
            Asked::Agent { .. } => all(vec![json!("x")]),
            Asked::Workflow { .. } => try_stream! {
                yield json!({"type": "phase_start", "phase": "p"});
                host.run_agent("one", "x").await?;
                yield json!({"type": "phase_complete", "phase": "p"});
                host.run_agent("two", "x").await?;
            }
            .boxed(),
        });
        add_idle_hooks(&bench);
        let run = bench.start(json!({})).await;
        bench.until(run, boundary).await;
        assert!(bench.engine.cancel(run, "a test"));
        let events = bench.to_the_end(run).await;
        assert_eq!(end_of(&events), (RunStatus::Cancelled, Some("cancelled by a test")), "boundary {at}");
        assert!(!events.iter().any(|event| matches!(event.kind, EventKind::FinalResult { .. })));
        assert!(!bench.engine.cancel(run, "a test"), "it is over");
    }
}

#[tokio::test]
async fn code_that_does_not_stop_is_written_off_and_the_reason_says_so() {
    let bench = Bench::new(Manners::Ignores, |asked, host| match asked {
        Asked::Agent { .. } => all(vec![json!("x")]).chain(never()).boxed(),
        Asked::Workflow { .. } => try_stream! {
            yield json!({"type": "phase_start", "phase": "p"});
            let _ = host.run_agent("one", "x").await;
            futures_util::future::pending::<()>().await;
        }
        .boxed(),
    });
    let run = bench.start(json!({})).await;
    bench.until(run, |kind| matches!(kind, EventKind::AgentOutput { .. })).await;
    bench.engine.cancel(run, "a test");
    let events = bench.to_the_end(run).await;
    let reason = "cancelled by a test; the workflow did not stop within 500ms and was written off";
    assert_eq!(end_of(&events), (RunStatus::Cancelled, Some(reason)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// `to_the_end` checks that the last event comes once, last, and after the end of every span.
    #[test]
    fn whenever_a_run_is_cancelled_its_last_event_is_the_last(at in 1..40u64, twice in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let bench = busy(Manners::Obeys);
            add_idle_hooks(&bench);
            let run = bench.start(json!({})).await;
            // Cancelled as soon as that many events were told, or never.
            bench.desk.bus.subscribe(crate::event::StreamId::Run(run), at).next().await;
            bench.engine.cancel(run, "the first");
            if twice {
                bench.engine.cancel(run, "the second");
            }
            let events = bench.to_the_end(run).await;
            let (status, reason) = end_of(&events);
            match status {
                RunStatus::Completed => assert_eq!(reason, None),
                RunStatus::Cancelled => assert_eq!(reason, Some("cancelled by the first")),
                other => panic!("{other:?}: {reason:?}"),
            }
            assert_eq!(bench.engine.running(), []);
        });
    }
}

#[tokio::test]
async fn a_run_has_a_limit_of_time_and_what_runs_in_it_ends_with_it() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Agent { .. } => never(),
        Asked::Workflow { .. } => {
            try_stream! { let text = host.run_agent("one", "x").await?; yield json!(text); }.boxed()
        }
    });
    let timeout = Some(Duration::from_millis(150));
    let start = StartWorkflow { workflow: "flow".into(), timeout, ..Default::default() };
    let run = bench.engine.start(start, None).await.unwrap();
    let events = bench.to_the_end(run).await;
    assert_eq!(end_of(&events), (RunStatus::Failed, Some("the run took longer than 150ms")));
}

#[tokio::test]
async fn what_fails_fails_the_run_with_its_words_and_no_other_run() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Workflow { config, .. } if config.get("good").is_some() => try_stream! {
            let text = host.run_agent("two", "x").await?; yield json!(text);
        }
        .boxed(),
        Asked::Workflow { .. } => stream::iter([Err(CallError::failed("no luck"))]).boxed(),
        Asked::Agent { .. } => all(vec![json!("fine")]),
    });
    let (bad, good) = tokio::join!(bench.start(json!({})), bench.start(json!({"good": 1})));
    assert_eq!(end_of(&bench.to_the_end(bad).await), (RunStatus::Failed, Some("no luck")));
    assert_eq!(end_of(&bench.to_the_end(good).await), (RunStatus::Completed, None));
}

#[tokio::test]
async fn a_result_that_says_failed_fails_the_run_and_is_told_all_the_same() {
    let result = json!({"type": "final_result", "status": "failed", "results": [1], "reason": "step 2"});
    let bench = Bench::new(Manners::Obeys, move |_, _| all(vec![result.clone()]));
    let events = bench.run().await;
    assert_eq!(end_of(&events), (RunStatus::Failed, Some("the workflow says that it failed: step 2")));
    assert!(matches!(&events[events.len() - 2].kind, EventKind::FinalResult { status, .. } if status == "failed"));
}

#[tokio::test]
async fn a_plugin_that_is_gone_ends_its_runs_with_the_reason() {
    let bench = Bench::new(Manners::Obeys, |_, _| all(vec![json!({"here": true})]).chain(never()).boxed());
    let run = bench.start(json!({})).await;
    bench.until(run, |kind| matches!(kind, EventKind::WorkflowEvent { .. })).await;
    bench.plugin.crash("its process was killed");
    assert_eq!(end_of(&bench.to_the_end(run).await), (RunStatus::Failed, Some("its process was killed")));
}

#[tokio::test]
async fn what_is_not_permitted_ends_denied_unless_it_is_granted_for_the_run() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Workflow { .. } => {
            try_stream! { let text = host.run_agent("one", "x").await?; yield json!({"said": text}); }.boxed()
        }
        Asked::Agent { .. } => all(vec![json!("fine")]),
    });
    bench.desk.grant("p", &[]);
    let events = bench.run().await;
    let (status, reason) = end_of(&events);
    assert_eq!(status, RunStatus::Denied);
    assert!(reason.unwrap().contains("write_workflow"), "{reason:?}");

    bench.desk.grant("p", &[Permission::WriteWorkflow]);
    let events = bench.run().await;
    let (status, reason) = end_of(&events);
    assert_eq!(status, RunStatus::Denied);
    assert!(reason.unwrap().contains("execute_agent"), "{reason:?}");

    let needed = [Permission::WriteWorkflow, Permission::ExecuteAgent];
    bench.desk.ask("p", &needed);
    let grants = needed.map(|permission| RunGrant { plugin: name("p"), permission, scope: None }).into();
    let start = StartWorkflow { workflow: "flow".into(), grants, ..Default::default() };
    let run = bench.engine.start(start, None).await.unwrap();
    assert_eq!(end_of(&bench.to_the_end(run).await), (RunStatus::Completed, None));
    assert_eq!(end_of(&bench.run().await).0, RunStatus::Denied, "it counted for one run");
}

#[tokio::test]
async fn revoking_what_a_workflow_needs_ends_its_run_as_denied() {
    let bench = Bench::new(Manners::Obeys, |_, _| all(vec![json!({"here": true})]).chain(never()).boxed());
    let run = bench.start(json!({})).await;
    bench.until(run, |kind| matches!(kind, EventKind::WorkflowEvent { .. })).await;
    bench.desk.grant("p", &[]);
    assert_eq!(end_of(&bench.to_the_end(run).await).0, RunStatus::Denied);
}

#[tokio::test]
async fn a_hook_can_deny_abort_or_fail_and_the_run_says_so() {
    let cases = [
        (
            HookReply::Denied { reason: "not on a Sunday".into() },
            OnFailure::Continue,
            RunStatus::Denied,
            "denied by the hook pre_workflow_execution, `h` of plugin `h`: not on a Sunday",
        ),
        (
            HookReply::Failed { error: CallError::failed("no luck") },
            OnFailure::Abort,
            RunStatus::Failed,
            "the hook pre_workflow_execution failed and its policy is to abort, `h` of plugin `h`: no luck",
        ),
        (
            HookReply::Failed { error: CallError::failed("no luck") },
            OnFailure::Continue,
            RunStatus::Completed,
            "hook `h` of plugin `h`: no luck",
        ),
        (
            HookReply::Changed { value: json!({"requirements": 3}) },
            OnFailure::Continue,
            RunStatus::Failed,
            "a pre_workflow_execution hook left the context with `requirements` that are no text; it must be text",
        ),
    ];
    for (reply, on_failure, status, reason) in cases {
        let bench = Bench::new(Manners::Obeys, |_, _| all(vec![]));
        bench.desk.grant("h", &BOTH);
        let hook = HookInfo { on_failure, ..info(HookName::PreWorkflowExecution, "h", 0) };
        bench.engine.parts.hooks.registry.set(&name("h"), vec![hook], &port(move |_| reply.clone()));
        assert_eq!(end_of(&bench.run().await), (status, Some(reason)));
    }
}

#[tokio::test]
async fn an_unknown_workflow_or_agent_is_no_run_and_is_told_what_was_meant() {
    let bench = Bench::new(Manners::Obeys, |_, _| all(vec![]));
    let error =
        bench.engine.start(StartWorkflow { workflow: "flwo".into(), ..Default::default() }, None).await.unwrap_err();
    let remedy = "did you mean `flow`?".to_owned();
    assert_eq!(error, StartError::Unknown { what: "workflow", name: "flwo".into(), remedy });
    let start = crate::workflow::StartAgent { agent: "oen".into(), ..Default::default() };
    let error = bench.engine.start_agent(start, None).await.unwrap_err();
    let remedy = "did you mean `one`?".to_owned();
    assert_eq!(error, StartError::Unknown { what: "agent", name: "oen".into(), remedy });
    assert_eq!(bench.engine.running(), []);
}

#[tokio::test]
async fn there_is_a_most_of_runs_and_all_can_be_cancelled() {
    let bench = Bench::new(Manners::Obeys, |_, _| never());
    for _ in 0..MAX_RUNS {
        bench.start(json!({})).await;
    }
    let one_more = StartWorkflow { workflow: "flow".into(), ..Default::default() };
    assert_eq!(bench.engine.start(one_more.clone(), None).await, Err(StartError::TooMany(MAX_RUNS)));
    let left = bench.engine.cancel_all("the orchestrator was closed", Duration::from_secs(60)).await;
    assert_eq!(left, []);
    let events = bench.to_the_end(RunId(1)).await;
    assert_eq!(end_of(&events), (RunStatus::Cancelled, Some("the orchestrator was closed")));
}
