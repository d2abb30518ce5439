//! Runs that plugins start within theirs.

use std::sync::Arc;

use async_stream::try_stream;
use futures_util::StreamExt;
use orchestrator_protocol::peer::{CallEvent, OpenCall};
use orchestrator_protocol::run::{RunOutcome, RunStatus as Status, RunWorkflow};
use orchestrator_protocol::target::HostTarget;
use orchestrator_protocol::{CallError, ErrorKind, Permission};
use serde_json::{Value, json};

use super::bench::{Asked, Bench, all, end_of, never};
use crate::agent::tests::fakes::{Host, Manners};
use crate::event::{Event, EventKind, RunId, RunStatus};
use crate::hook::tests::desk::name;
use crate::permission::RunGrant;
use crate::workflow::StartWorkflow;
use crate::workflow::apart::MOST_NESTED;

/// Starts `flow` with a config within the script's call.
fn open(host: &Host, config: Value, stream: bool) -> OpenCall {
    let Value::Object(config) = config else { panic!("a config is an object") };
    let ask = RunWorkflow { workflow_type: "flow".into(), requirements: "inner".into(), config, stream };
    host.open(HostTarget::RunWorkflow(ask), false)
}

/// What was streamed, and the outcome.
async fn outcome(mut call: OpenCall) -> Result<(Vec<Value>, RunOutcome), CallError> {
    let mut items = Vec::new();
    loop {
        match call.next().await {
            CallEvent::Item(item) => items.push(item),
            CallEvent::End(end) => return Ok((items, serde_json::from_value(end).unwrap())),
            CallEvent::Error(error) => return Err(error),
        }
    }
}

/// A workflow that runs itself with the config that it finds under `inner`, and yields what came of it.
fn nesting(stream: bool) -> Bench {
    Bench::new(Manners::Obeys, move |asked, host| match asked {
        Asked::Agent { name, task } => all(vec![json!(format!("{name} did {task}"))]),
        Asked::Workflow { config, .. } if config["hangs"] == true => never(),
        Asked::Workflow { config, .. } if config["inner"].is_null() => try_stream! {
            let text = host.run_agent("one", "x").await?;
            yield json!({"type": "final_result", "status": config["status"], "results": text, "note": 7});
        }
        .boxed(),
        Asked::Workflow { config, .. } => try_stream! {
            let (events, outcome) = outcome(open(&host, config["inner"].clone(), stream)).await?;
            yield json!({"events": events, "outcome": outcome});
        }
        .boxed(),
    })
}

/// The first dict that a run yielded.
fn yielded(events: &[Arc<Event>]) -> Value {
    let found = events.iter().find_map(|event| match &event.kind {
        EventKind::WorkflowEvent { data } => Some(data.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing was yielded: {events:#?}"))
}

#[tokio::test]
async fn it_gets_the_result_and_the_events_of_the_run_that_it_started() {
    let bench = nesting(true);
    let run = bench.start(json!({"inner": {"status": "completed"}})).await;
    let told = yielded(&bench.to_the_end(run).await);
    let inner = bench.to_the_end(RunId(2)).await;
    let EventKind::RunStarted { parent_run, requirements, .. } = &inner[0].kind else { panic!("{inner:#?}") };
    assert_eq!((*parent_run, requirements.as_str()), (Some(run), "inner"));
    assert_eq!(told["events"], json!(inner), "every event once, in order");

    let result = &told["outcome"]["result"];
    assert!(result["duration"].as_f64().is_some());
    assert_eq!(
        (&told["outcome"]["run"], &told["outcome"]["status"], &result["status"], &result["results"], &result["note"]),
        (&json!(2), &json!("completed"), &json!("completed"), &json!("one did x"), &json!(7))
    );
}

#[tokio::test]
async fn a_run_that_failed_is_an_outcome_with_its_result() {
    let bench = nesting(false);
    let run = bench.start(json!({"inner": {"status": "failed"}})).await;
    let told = yielded(&bench.to_the_end(run).await);
    assert_eq!(told["events"], json!([]), "they were not asked for");
    assert_eq!(told["outcome"]["status"], "failed");
    assert_eq!(told["outcome"]["reason"], "the workflow says that it failed");
    assert_eq!(told["outcome"]["result"]["results"], "one did x");
}

#[tokio::test]
async fn a_workflow_that_runs_itself_ends_in_words() {
    let bench = Bench::new(Manners::Obeys, |_, host| {
        try_stream! {
            let (_, outcome) = outcome(open(&host, json!({}), false)).await?;
            if outcome.status != Status::Completed {
                Err(CallError::failed(outcome.reason.unwrap_or_default()))?;
            }
            yield json!({});
        }
        .boxed()
    });
    let events = bench.run().await;
    let (status, reason) = end_of(&events);
    assert_eq!(status, RunStatus::Failed);
    let reason = reason.unwrap();
    assert!(reason.contains(&format!("{MOST_NESTED} deep")) && reason.contains("starts itself"), "{reason}");
    bench.to_the_end(RunId(u64::from(MOST_NESTED) + 1)).await;
    assert!(bench.desk.events(crate::event::StreamId::Run(RunId(u64::from(MOST_NESTED) + 2))).await.is_empty());
}

#[tokio::test]
async fn what_is_cancelled_above_is_cancelled_below_and_ends_before_it() {
    let bench = nesting(false);
    let run = bench.start(json!({"inner": {"inner": {"hangs": true}}})).await;
    let deepest = RunId(3);
    bench
        .until(run, |kind| matches!(kind, EventKind::PermissionChecked { permission: Permission::ExecuteAgent, .. }))
        .await;
    bench
        .until(RunId(2), |kind| {
            matches!(kind, EventKind::PermissionChecked { permission: Permission::ExecuteAgent, .. })
        })
        .await;
    bench.until(deepest, |kind| matches!(kind, EventKind::PermissionChecked { .. })).await;
    assert!(bench.engine.cancel(run, "a test"));
    let outer = bench.to_the_end(run).await;
    for below in [RunId(2), deepest] {
        let events = bench.to_the_end(below).await;
        assert_eq!(end_of(&events), (RunStatus::Cancelled, Some("cancelled by a test")));
        assert!(events.last().unwrap().time <= outer.last().unwrap().time);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_cancels_the_run_and_goes_on() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Workflow { config, .. } if config["hangs"] == true => never(),
        Asked::Workflow { .. } => try_stream! {
            let mut call = open(&host, json!({"hangs": true}), true);
            assert!(matches!(call.next().await, CallEvent::Item(first) if first["type"] == "run_started"));
            drop(call);
            yield json!({"type": "final_result", "status": "completed", "results": null});
        }
        .boxed(),
        Asked::Agent { name, .. } => panic!("{name}"),
    });
    assert_eq!(end_of(&bench.run().await).0, RunStatus::Completed);
    assert_eq!(end_of(&bench.to_the_end(RunId(2)).await).0, RunStatus::Cancelled);
}

#[tokio::test]
async fn it_needs_execute_agent_for_the_workflow_and_read_workflow_for_its_events() {
    let all_but = |left_out: Permission| -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| *permission != left_out).collect()
    };
    let cases = [
        (Permission::ExecuteAgent, false, "execute_agent (workflow:flow)"),
        (Permission::ReadWorkflow, true, "read_workflow"),
    ];
    for (left_out, stream, told) in cases {
        let bench = nesting(stream);
        bench.desk.grant("p", &all_but(left_out));
        let run = bench.start(json!({"inner": {"status": "completed"}})).await;
        let events = bench.to_the_end(run).await;
        let (status, reason) = end_of(&events);
        assert_eq!(status, RunStatus::Denied);
        assert!(reason.unwrap().starts_with(&format!("p lacks permission: {told}")), "{reason:?}");
    }

    // Without the events, `read_workflow` is not needed.
    let bench = nesting(false);
    bench.desk.grant("p", &all_but(Permission::ReadWorkflow));
    let run = bench.start(json!({"inner": {"status": "completed"}})).await;
    assert_eq!(end_of(&bench.to_the_end(run).await).0, RunStatus::Completed);
}

#[tokio::test]
async fn what_was_granted_for_the_run_counts_in_those_that_it_starts() {
    let bench = nesting(false);
    bench.desk.ask("p", &Permission::ALL);
    let grants = [Permission::WriteWorkflow, Permission::ExecuteAgent].map(|permission| RunGrant {
        plugin: name("p"),
        permission,
        scope: None,
    });
    let Value::Object(config) = json!({"inner": {"status": "completed"}}) else { unreachable!() };
    let start = StartWorkflow { workflow: "flow".into(), config, grants: grants.into(), ..StartWorkflow::default() };
    let run = bench.engine.start(start, None).await.unwrap();
    assert_eq!(end_of(&bench.to_the_end(run).await), (RunStatus::Completed, None));
}

#[tokio::test]
async fn revoking_what_it_was_started_with_ends_it_as_denied() {
    let bench = nesting(false);
    let run = bench.start(json!({"inner": {"hangs": true}})).await;
    bench.until(RunId(2), |kind| matches!(kind, EventKind::PermissionChecked { .. })).await;
    bench.desk.grant("p", &[Permission::WriteWorkflow]);
    let told = yielded(&bench.to_the_end(run).await);
    assert_eq!(told["outcome"]["status"], "denied");
    let reason = told["outcome"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("p lacks permission: execute_agent (workflow:flow)"), "{reason}");
}

#[tokio::test]
async fn a_workflow_that_is_not_there_is_not_found() {
    let bench = Bench::new(Manners::Obeys, |_, host| {
        try_stream! {
            let ask = RunWorkflow {
                workflow_type: "flwo".into(),
                requirements: String::new(),
                config: Default::default(),
                stream: false,
            };
            let error = outcome(host.open(HostTarget::RunWorkflow(ask), false)).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound);
            yield json!({"told": error.message});
        }
        .boxed()
    });
    let told = yielded(&bench.run().await);
    assert_eq!(told["told"], "there is no workflow `flwo`; did you mean `flow`?");
}
