//! What a run tells.

use std::sync::Arc;

use async_stream::try_stream;
use futures_util::StreamExt;
use orchestrator_protocol::Permission;
use orchestrator_protocol::hook::{HookName, HookReply};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::HostTarget;
use serde_json::{Value, json};

use super::bench::{Asked, Bench, Seen, all, end_of};
use crate::agent::tests::fakes::Manners;
use crate::event::{Event, EventKind, RunStatus};
use crate::hook::tests::desk::{info, name, port, sign};

/// The events in short, in order.
fn story(events: &[Arc<Event>]) -> Vec<String> {
    let lines = events.iter().filter_map(|event| {
        Some(match &event.kind {
            EventKind::PhaseStart { phase } => format!("phase {phase}"),
            EventKind::PhaseComplete { phase, result } => format!("phase {phase} done: {result}"),
            EventKind::AgentStarted { agent, .. } => format!("agent {agent}"),
            EventKind::AgentFinished { agent, status, .. } => format!("agent {agent} {}", status.as_str()),
            EventKind::FinalResult { status, results, extra } => {
                format!("{status}: {results} {}", Value::Object(extra.clone()))
            }
            EventKind::WorkflowEvent { data } => format!("event {data}"),
            EventKind::RunFinished { status, .. } => format!("run {}", status.as_str()),
            EventKind::HookFinished { hook, .. } => format!("hook {hook}"),
            _ => return None,
        })
    });
    lines.collect()
}

#[tokio::test]
async fn a_workflow_runs_agents_in_phases_and_ends_with_its_result() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Agent { name, task } => all(vec![json!(format!("{name} did {task}"))]),
        Asked::Workflow { .. } => try_stream! {
            yield json!({"type": "phase_start", "phase": "work"});
            let text = host.run_agent("one", "x").await?;
            yield json!({"type": "phase_complete", "phase": "work", "result": text});
            let (a, b) = tokio::join!(host.run_agent("two", "y"), host.run_agent("two", "z"));
            let both = [a?, b?];
            yield json!({"type": "final_result", "status": "completed", "results": both});
        }
        .boxed(),
    });
    let events = bench.run().await;
    let story = story(&events);
    assert_eq!(
        [&story[..4], &story[8..]].concat(),
        [
            "phase work",
            "agent one",
            "agent one completed",
            "phase work done: \"one did x\"",
            "completed: [\"two did y\",\"two did z\"] {}",
            "run completed",
        ]
    );
    let spans = |want: fn(&EventKind) -> bool| -> Vec<_> {
        events.iter().filter(|event| want(&event.kind)).map(|event| (event.span, event.parent)).collect()
    };
    let phase = spans(|kind| matches!(kind, EventKind::PhaseStart { .. }))[0].0;
    let agents = spans(|kind| matches!(kind, EventKind::AgentStarted { .. }));
    assert!(phase.is_some());
    assert_eq!(agents[0].1, phase, "an agent happens in the phase that was open when it was asked for");
    assert_eq!((agents[1].1, agents[2].1), (None, None));
    assert_ne!(agents[1].0, agents[2].0, "the same agent twice is two spans");
    assert_eq!(end_of(&events), (RunStatus::Completed, None));
}

#[tokio::test]
async fn what_only_the_host_may_say_arrives_as_a_workflow_event() {
    let forged = [
        json!({"type": "run_finished", "status": "completed", "duration_us": 1}),
        json!({"type": "agent_output", "agent": "one", "items": ["x"]}),
        json!({"type": "phase_start", "phase": "p", "plugin": "other"}),
        json!({"type": "phase_start"}),
        json!("text"),
    ];
    let result = json!({"type": "final_result", "status": "completed", "results": 1, "note": "x"});
    let yields: Vec<Value> = forged.iter().cloned().chain([result.clone(), result.clone()]).collect();
    let bench = Bench::new(Manners::Obeys, move |_, _| all(yields.clone()));
    let events = bench.run().await;
    let told: Vec<Value> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::WorkflowEvent { data } => Some(data.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(told, [&forged[..], &[result]].concat());
    let story = story(&events);
    assert_eq!(story[story.len() - 2..], ["completed: 1 {\"note\":\"x\"}", "run completed"]);
}

#[tokio::test]
async fn hooks_change_what_the_workflow_gets_and_what_it_came_to() {
    let seen = Seen::default();
    let bench = Bench::new(Manners::Obeys, {
        let seen = seen.clone();
        move |asked, _| {
            if let Asked::Workflow { config, context } = asked {
                seen.lock().unwrap().push(json!({"config": config, "context": context}));
            }
            all(vec![json!({"type": "final_result", "status": "completed", "results": {"n": 1}})])
        }
    });
    let hooks = vec![info(HookName::PreWorkflowExecution, "pre", 0), info(HookName::PostWorkflowExecution, "post", 0)];
    let handlers = port({
        let seen = seen.clone();
        move |request| {
            let mut last = sign(request.args.last().unwrap(), "h");
            match request.hook {
                HookName::PreWorkflowExecution => last["config"] = json!({"path": "/tmp"}),
                _ => seen.lock().unwrap().push(json!(request.args)),
            }
            HookReply::Changed { value: last }
        }
    });
    bench.desk.grant("h", &[Permission::ReadWorkflow, Permission::WriteWorkflow]);
    bench.engine.parts.hooks.registry.set(&name("h"), hooks, &handlers);
    let events = bench.run().await;

    let seen = seen.lock().unwrap();
    assert_eq!(seen[0]["config"], json!({"path": "/tmp"}));
    let context = &seen[0]["context"];
    assert_eq!(
        (
            &context["run_id"],
            &context["workflow_type"],
            &context["requirements"],
            &context["project"],
            &context["seen"]
        ),
        (&json!(1), &json!("flow"), &json!("do it"), &json!("/project"), &json!(["h"]))
    );
    assert_eq!(&seen[1][0], context, "the hook after the workflow gets the context as it was left");
    assert_eq!((&seen[1][1]["status"], &seen[1][1]["results"]), (&json!("completed"), &json!({"n": 1})));
    assert!(seen[1][1]["duration"].as_f64().is_some());
    let story = story(&events);
    let expected = [
        "hook pre_workflow_execution",
        "hook post_workflow_execution",
        "completed: {\"n\":1} {\"seen\":[\"h\"]}",
        "run completed",
    ];
    assert_eq!(story, expected);
}

#[tokio::test]
async fn a_streamed_nested_run_arrives_as_it_comes_and_ends_with_the_whole() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Agent { .. } => all(vec![json!("a"), json!("b")]),
        Asked::Workflow { .. } => try_stream! {
            let request = json!({"task": "x"});
            let mut call = host.open(HostTarget::RunAgent { name: "one".into(), request, stream: true }, false);
            let mut heard = Vec::new();
            let end = loop {
                match call.next().await {
                    CallEvent::Item(item) => heard.push(item),
                    CallEvent::End(value) => break value,
                    CallEvent::Error(error) => panic!("{error}"),
                }
            };
            yield json!({"type": "final_result", "status": "completed", "results": {"items": heard, "end": end}});
        }
        .boxed(),
    });
    let story = story(&bench.run().await);
    let result = "completed: {\"items\":[\"a\",\"b\"],\"end\":{\"output\":\"ab\",\"dropped_bytes\":0}} {}";
    assert_eq!(story[story.len() - 2], result);
}

#[tokio::test]
async fn agents_run_within_a_run_only() {
    let bench = Bench::new(Manners::Obeys, |_, host| {
        try_stream! {
            let request = json!({"task": "x"});
            let mut call = host.open(HostTarget::RunAgent { name: "one".into(), request, stream: false }, true);
            let CallEvent::Error(error) = call.next().await else { panic!("it was not refused") };
            yield json!({"refused": error.message});
        }
        .boxed()
    });
    let story = story(&bench.run().await);
    assert!(story[0].contains("agents run within a run only"), "{story:?}");
}

#[tokio::test]
async fn one_agent_alone_is_a_run_of_its_own() {
    let bench = Bench::new(Manners::Obeys, |asked, host| match asked {
        Asked::Agent { name, .. } if name == "two" => all(vec![json!("nested")]),
        Asked::Agent { .. } => try_stream! { let text = host.run_agent("two", "y").await?; yield json!(text); }.boxed(),
        Asked::Workflow { .. } => panic!("nobody asked for it"),
    });
    let start = crate::workflow::StartAgent { agent: "one".into(), task: "x".into(), ..Default::default() };
    let run = bench.engine.start_agent(start, None).await.unwrap();
    let events = bench.to_the_end(run).await;
    assert!(matches!(&events[0].kind, EventKind::RunStarted { workflow_type, .. } if workflow_type == "agent:one"));
    let expected = ["agent one", "agent two", "agent two completed", "agent one completed", "run completed"];
    assert_eq!(story(&events), expected);
    let parents: Vec<_> = events.iter().filter(|e| matches!(e.kind, EventKind::AgentStarted { .. })).collect();
    assert_eq!((parents[0].parent, parents[1].parent), (None, parents[0].span));
}
