use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::session::{LogLevel, OnFailure};
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::{Value, json};

use super::bench::{Asked, Bench, all, end_of};
use crate::agent::tests::fakes::{Manners, Yields};
use crate::event::bus::Bus;
use crate::event::{AgentStatus, Draft, Event, EventKind, HookOutcome, RunId, RunStatus, SpanId, StreamId};
use crate::hook::tests::desk::{deliveries, info, name, port};
use crate::workflow::StartAgent;

const BOTH: [Permission; 2] = [Permission::ReadWorkflow, Permission::WriteWorkflow];

/// A workflow that runs the agent `one`, which says what it was asked, and tells what it got from it.
fn bench() -> Bench {
    Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Workflow { .. } => async_stream::stream! {
            let outcome = host.run_agent("one", "dig").await;
            match outcome {
                Ok(output) => yield Ok(json!({"type": "final_result", "status": "completed", "results": output})),
                Err(error) => yield Err(error),
            }
        }
        .boxed(),
        Asked::Agent { task, .. } => all(vec![json!(format!("I {task}"))]),
    })
}

/// Has `reply` answer these hooks, for the plugin `h`.
fn handle(
    bench: &Bench,
    hooks: &[HookName],
    on_failure: OnFailure,
    reply: impl Fn(&HookRequest) -> HookReply + Send + Sync + 'static,
) {
    bench.desk.grant("h", &BOTH);
    let hook = |hook: &HookName| orchestrator_protocol::session::HookInfo { on_failure, ..info(*hook, "h", 0) };
    bench.engine.parts.hooks.registry.set(&name("h"), hooks.iter().map(hook).collect(), &port(reply));
}

fn handle_one(bench: &Bench, hook: HookName, reply: impl Fn(&HookRequest) -> HookReply + Send + Sync + 'static) {
    handle(bench, &[hook], OnFailure::Continue, reply);
}

/// What the workflow got, how its agent ended, and what was shown in the agent's pane.
fn seen(events: &[Arc<Event>]) -> (Value, AgentStatus, Vec<String>) {
    let mut seen = (Value::Null, AgentStatus::Failed, Vec::new());
    for event in events {
        match &event.kind {
            EventKind::FinalResult { results, .. } => seen.0 = results.clone(),
            EventKind::AgentFinished { status, .. } => seen.1 = *status,
            EventKind::AgentOutput { items, .. } => seen.2.extend(items.clone()),
            _ => {}
        }
    }
    seen
}

fn outcomes(events: &[Arc<Event>]) -> Vec<HookOutcome> {
    deliveries(events).into_iter().map(|(_, outcome, _)| outcome).collect()
}

#[tokio::test]
async fn a_handler_changes_what_an_agent_is_asked_and_what_its_caller_gets() {
    let bench = bench();
    handle(&bench, &[HookName::PreAgentExecution, HookName::PostAgentExecution], OnFailure::Continue, |request| {
        match request.hook {
            HookName::PreAgentExecution => HookReply::Changed { value: json!({"task": "fly"}) },
            _ => HookReply::Changed { value: json!(request.args[1].as_str().unwrap().to_uppercase()) },
        }
    });
    let events = bench.run().await;
    assert_eq!(seen(&events), (json!("I FLY"), AgentStatus::Completed, vec!["I fly".to_owned()]));
    assert_eq!(outcomes(&events), [HookOutcome::Changed, HookOutcome::Changed]);
    // Both happened in the agent run.
    let spans: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::AgentStarted { .. } => event.span,
            EventKind::HookFinished { .. } => event.parent,
            _ => None,
        })
        .collect();
    assert_eq!(spans.len(), 3);
    assert!(spans.iter().all(|span| *span == spans[0]));
}

#[tokio::test]
async fn a_supplied_output_is_shown_and_the_agent_is_not_run() {
    let bench = bench();
    handle_one(&bench, HookName::PreAgentExecution, |_| HookReply::Supplied { output: "from the cache\u{7}".into() });
    let events = bench.run().await;
    let shown = "from the cache\u{fffd}";
    assert_eq!(seen(&events), (json!(shown), AgentStatus::Completed, vec![shown.to_owned()]));
    assert_eq!(outcomes(&events), [HookOutcome::Supplied]);
    let reason = events.iter().find_map(|event| match &event.kind {
        EventKind::AgentFinished { reason, .. } => reason.clone(),
        _ => None,
    });
    assert_eq!(reason.unwrap(), "its output was supplied by `h` of plugin `h`; the agent was not run");
}

#[tokio::test]
async fn a_denied_agent_ends_as_denied_and_its_caller_learns_who_said_no() {
    let bench = bench();
    handle_one(&bench, HookName::PreAgentExecution, |_| HookReply::Denied { reason: "not this one".into() });
    let events = bench.run().await;
    let (_, status, shown) = seen(&events);
    assert_eq!((status, shown.len()), (AgentStatus::Denied, 0));
    let said = "denied by the hook pre_agent_execution, `h` of plugin `h`: not this one";
    assert_eq!(end_of(&events), (RunStatus::Denied, Some(said)));
}

#[tokio::test]
async fn only_pre_agent_execution_can_supply_and_an_output_must_stay_text() {
    for (hook, reply) in [
        (HookName::PreWorkflowExecution, HookReply::Supplied { output: "x".into() }),
        (HookName::PostAgentExecution, HookReply::Changed { value: json!({"text": "x"}) }),
        (HookName::PostAgentExecution, HookReply::Denied { reason: "too late".into() }),
    ] {
        let bench = bench();
        handle_one(&bench, hook, move |_| reply.clone());
        let events = bench.run().await;
        assert_eq!(seen(&events).0, json!("I dig"), "{hook}");
        assert_eq!(outcomes(&events), [HookOutcome::Failed]);
        assert_eq!(end_of(&events).0, RunStatus::Completed);
    }
}

#[tokio::test]
async fn a_handler_of_an_agent_that_fails_ends_the_whole_run_if_that_is_its_policy() {
    let bench = bench();
    let reply = |_: &HookRequest| HookReply::Failed { error: CallError::new(ErrorKind::Failed, "no luck") };
    handle(&bench, &[HookName::PreAgentExecution], OnFailure::Abort, reply);
    let events = bench.run().await;
    let said = "the hook pre_agent_execution failed and its policy is to abort, `h` of plugin `h`: no luck";
    assert_eq!(end_of(&events), (RunStatus::Failed, Some(said)));
    assert_eq!(seen(&events).1, AgentStatus::Failed);
}

#[tokio::test]
async fn agent_hooks_get_the_context_as_the_workflows_hooks_left_it_and_who_asked() {
    let bench = bench();
    let contexts = Arc::new(Mutex::new(Vec::new()));
    let told = contexts.clone();
    let hooks = [HookName::PreWorkflowExecution, HookName::PreAgentExecution];
    handle(&bench, &hooks, OnFailure::Continue, move |request| {
        let mut context = request.args[0].clone();
        if request.hook == HookName::PreWorkflowExecution {
            context["note"] = json!("kept");
            return HookReply::Changed { value: context };
        }
        told.lock().unwrap().push(context);
        HookReply::Unchanged
    });
    bench.run().await;
    let start = StartAgent { agent: "two".into(), task: "alone".into(), ..StartAgent::default() };
    let run = bench.engine.start_agent(start, None).await.unwrap();
    bench.to_the_end(run).await;

    let expected = json!([
        {"run_id": 1, "workflow_type": "flow", "requirements": "do it", "config": {}, "project": "/project",
         "note": "kept", "agent": "one", "caller": "p"},
        {"run_id": 2, "workflow_type": "agent:two", "requirements": "alone", "config": {}, "project": "/project",
         "agent": "two", "caller": null},
    ]);
    assert_eq!(json!(*contexts.lock().unwrap()), expected);
}

#[tokio::test]
async fn run_end_comes_once_with_how_it_ended_whatever_ended_it() {
    let failing = || -> Yields { futures_util::stream::iter([Err(CallError::failed("no luck"))]).boxed() };
    let ways: [(&str, RunStatus); 4] = [
        ("complete", RunStatus::Completed),
        ("fail", RunStatus::Failed),
        ("deny", RunStatus::Denied),
        ("cancel", RunStatus::Cancelled),
    ];
    for (way, status) in ways {
        let bench = Bench::new(Manners::Obeys, move |asked, _| match (asked, way) {
            (Asked::Workflow { .. }, "fail") => failing(),
            (Asked::Workflow { .. }, "cancel") => super::bench::never(),
            _ => all(vec![]),
        });
        let ends = Arc::new(Mutex::new(Vec::new()));
        let told = ends.clone();
        let hooks = [HookName::PreWorkflowExecution, HookName::RunEnd];
        handle(&bench, &hooks, OnFailure::Continue, move |request| match request.hook {
            HookName::RunEnd => {
                told.lock().unwrap().push(request.args.clone());
                HookReply::Unchanged
            }
            _ if way == "deny" => HookReply::Denied { reason: "no".into() },
            _ => HookReply::Unchanged,
        });
        let run = bench.start(json!({})).await;
        if way == "cancel" {
            bench.until(run, |kind| matches!(kind, EventKind::HookFinished { .. })).await;
            bench.engine.cancel(run, "a test");
        }
        let events = bench.to_the_end(run).await;
        let (ended, reason) = end_of(&events);
        assert_eq!(ended, status);
        let ends = ends.lock().unwrap();
        assert_eq!(ends.len(), 1, "{way}");
        assert_eq!(ends[0][0]["run_id"], 1);
        assert_eq!(ends[0][1..], [json!(status.as_str()), json!(reason)]);
    }
}

#[tokio::test]
async fn run_event_gets_what_happens_in_order_and_nothing_of_its_own() {
    let bench = bench();
    let batches = Arc::new(Mutex::new(Vec::new()));
    let told = batches.clone();
    handle_one(&bench, HookName::RunEvent, move |request| {
        told.lock().unwrap().push(request.args[0].clone());
        HookReply::Unchanged
    });
    let events = bench.run().await;
    let batches = batches.lock().unwrap();
    let seen: Vec<Value> = batches.iter().flat_map(|batch| batch["events"].as_array().unwrap().clone()).collect();
    let expected: Vec<Value> = events
        .iter()
        .filter(|event| !matches!(event.plugin.as_ref().map(|plugin| plugin.as_str()), Some("h")))
        .filter(|event| !matches!(event.kind, EventKind::RunFinished { .. }))
        .map(|event| serde_json::to_value(event).unwrap())
        .collect();
    assert_eq!(seen, expected);
    assert!(batches.iter().all(|batch| batch["run_id"] == 1 && batch["dropped"] == 0));
}

#[tokio::test]
async fn what_happens_within_the_delivery_of_run_event_is_not_told_to_its_handlers() {
    let bench = bench();
    let (bus, runtime) = (bench.desk.bus.clone(), tokio::runtime::Handle::current());
    let batches = Arc::new(Mutex::new(Vec::new()));
    let told = batches.clone();
    handle_one(&bench, HookName::RunEvent, move |request| {
        told.lock().unwrap().push(request.args[0]["events"].clone());
        let stream = StreamId::Run(RunId(request.args[0]["run_id"].as_u64().unwrap()));
        let delivery = runtime.block_on(first_delivery(&bus, stream));
        let log = |message: &str| EventKind::PluginLog {
            level: LogLevel::Info,
            message: message.to_owned(),
            fields: serde_json::Map::new(),
        };
        // As a handler's own log, and as that of something that it runs.
        bus.try_emit(Draft::new(stream, log("logged")).parent(Some(delivery)));
        let inner = bus.new_span(stream);
        let begin = EventKind::PhaseStart { phase: "within".into() };
        bus.try_emit(Draft::new(stream, begin).span(inner).parent(Some(delivery)));
        bus.try_emit(Draft::new(stream, log("logged deep within")).parent(Some(inner)));
        HookReply::Unchanged
    });
    let events = bench.run().await;
    let kinds = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    };
    let batches = batches.lock().unwrap();
    let told: Vec<Value> = batches.iter().flat_map(|batch| batch.as_array().unwrap().clone()).collect();
    let told = kinds(&told);
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::PluginLog { .. })));
    assert!(told.contains(&"agent_finished".to_owned()), "{told:?}");
    assert!(!told.iter().any(|kind| kind == "plugin_log" || kind == "phase_start"), "{told:?}");
}

/// The span of the first delivery of a hook in a stream that has one.
async fn first_delivery(bus: &Bus, stream: StreamId) -> SpanId {
    let mut feed = bus.subscribe(stream, 1);
    loop {
        let events = feed.next().await.unwrap();
        let started = events.iter().find(|event| matches!(event.kind, EventKind::HookStarted { .. }));
        if let Some(span) = started.and_then(|event| event.span) {
            return span;
        }
    }
}

#[tokio::test]
async fn a_run_event_handler_that_ends_the_run_is_its_reason_and_told_once() {
    let bench = Bench::new(Manners::Obeys, |_, _| super::bench::never());
    let reply = |_: &HookRequest| HookReply::Failed { error: CallError::new(ErrorKind::Failed, "no luck") };
    handle(&bench, &[HookName::RunEvent], OnFailure::Abort, reply);
    let events = bench.run().await;
    let said = "the hook run_event failed and its policy is to abort, `h` of plugin `h`: no luck";
    assert_eq!(end_of(&events), (RunStatus::Failed, Some(said)));
}

#[tokio::test]
async fn hooks_set_off_by_handlers_go_only_so_deep() {
    let bench = bench();
    bench.desk.grant("h", &BOTH);
    let place = |depth| crate::hook::Place {
        depth,
        ..crate::hook::Place::new(crate::hook::tests::desk::RUN, Default::default())
    };
    handle_one(&bench, HookName::PreAgentExecution, |_| HookReply::Changed { value: json!({"changed": true}) });
    let chain = &bench.engine.parts.hooks;
    for (depth, expected) in [(3, json!({"changed": true})), (4, json!({}))] {
        let outcome = chain.deliver(HookName::PreAgentExecution, vec![json!({}), json!({})], place(depth)).await;
        assert_eq!(outcome.args[1], expected, "{depth}");
    }
    let last = deliveries(&bench.desk.events(crate::hook::tests::desk::RUN).await).pop().unwrap();
    assert_eq!((last.1, last.2.unwrap().contains("4 deep")), (HookOutcome::Skipped, true));
}
