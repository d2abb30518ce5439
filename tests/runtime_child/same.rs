//! What an unchanged library does in a child is what it does in the host's process.

use std::time::Duration;

use orchestrator::event::RunId;
use orchestrator_protocol::ErrorKind;
use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::{AgentOutcome, HostTarget, PluginTarget};
use serde_json::{Value, json};

use crate::host::{Host, collect, echo, hostile, scope, wanted};
use crate::start::{PATIENCE, start};

pub fn hook(handler: &str) -> HookRequest {
    HookRequest { hook: HookName::PreWorkflowExecution, handler: handler.into(), args: vec![json!({"a": 1})] }
}

pub fn agent(name: &str, task: &str) -> PluginTarget {
    PluginTarget::Agent { name: name.into(), request: json!({ "task": task }) }
}

pub fn workflow(name: &str) -> PluginTarget {
    PluginTarget::Workflow {
        name: name.into(),
        requirements: "Hear".into(),
        config: json!({}),
        context: serde_json::Map::new(),
    }
}

#[tokio::test]
async fn agents_contribute_and_stream() {
    let host = Host::new();
    let (here, there) = (host.load(echo()).await.unwrap(), start(&host, echo()).await.unwrap());
    assert_eq!(here.contributions(), there.contributions());
    for plugin in [&here, &there] {
        let (pieces, end) = collect(plugin.call(agent("upper", "a\nb"), scope(1)).unwrap()).await;
        assert_eq!(pieces, ["A\n", "B\n"]);
        assert_eq!(end, Ok(Value::Null));
        assert_eq!(plugin.shutdown(PATIENCE).await, Ok(()));
        assert_eq!(plugin.ended().borrow().as_deref(), Some("the plugin was shut down"));
    }
}

#[tokio::test]
async fn nested_calls_and_logs_carry_their_scope() {
    let mut host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let call = plugin.call(workflow("chorus"), scope(7)).unwrap();
    let answering = async {
        for _ in 0..4 {
            let (scope, nested) = host.calls.recv().await.unwrap();
            assert_eq!(scope.unwrap().run(), Some(RunId(7)));
            let HostTarget::RunAgent { name, request, .. } = nested.target else { panic!("not an agent") };
            let task = request["task"].as_str().unwrap();
            let outcome = AgentOutcome { output: format!("{name}: {task}"), dropped_bytes: 0 };
            nested.responder.end(serde_json::to_value(outcome).unwrap());
        }
    };
    let ((events, end), ()) = tokio::join!(collect(call), answering);
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(events.last().unwrap()["results"]["twice"], json!(["echo: first", "echo: second"]));

    let (_, end) = collect(plugin.call(agent("echo", "x"), scope(8)).unwrap()).await;
    assert!(end.is_ok());
    let (scope, log) = host.logs.recv().await.unwrap();
    assert_eq!((scope.unwrap().run(), log.message.as_str()), (Some(RunId(8)), "echo begins"));
}

#[tokio::test]
async fn hooks_answer_and_end_with_the_session() {
    let host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let port = plugin.hook_port();
    let ask = || {
        let port = port.clone();
        tokio::task::spawn_blocking(move || port.call(&hook("greet"), scope(1), &wanted()))
    };
    let changed = HookReply::Changed { value: json!({"a": 1, "greeting": "hello"}) };
    assert_eq!(ask().await.unwrap(), changed);
    plugin.shutdown(PATIENCE).await.unwrap();
    let HookReply::Failed { error } = ask().await.unwrap() else { panic!("it answered") };
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn cancelling_ends_an_agent() {
    let host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let mut call = plugin.call(agent("slow", ""), scope(1)).unwrap();
    assert_eq!(call.next().await, CallEvent::Item(".".into()));
    call.cancel("enough");
    let error = collect(call).await.1.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Cancelled, "enough"));
}

#[tokio::test]
async fn panics_are_errors_and_the_plugin_goes_on() {
    let host = Host::new();
    let plugin = start(&host, hostile(json!({"hook": "panic"}))).await.unwrap();
    for target in [agent("panics", ""), workflow("breaks")] {
        let (items, end) = collect(plugin.call(target, scope(1)).unwrap()).await;
        let error = end.unwrap_err();
        assert_eq!((items.len(), error.kind), (1, ErrorKind::Panicked));
    }
    let port = plugin.hook_port();
    let reply = tokio::task::spawn_blocking(move || port.call(&hook("misbehave"), scope(1), &wanted())).await.unwrap();
    let HookReply::Failed { error } = reply else { panic!("it answered") };
    assert_eq!(error.kind, ErrorKind::Panicked);
    let (items, end) = collect(plugin.call(agent("floods", "30000"), scope(1)).unwrap()).await;
    assert_eq!((items.len(), end), (30_000, Ok(Value::Null)));
}

#[tokio::test]
async fn a_consumer_that_takes_nothing_holds_up_its_own_call_only() {
    let host = Host::new();
    let plugin = start(&host, hostile(json!({}))).await.unwrap();
    let mut idle = plugin.call(agent("floods", "1000000"), scope(1)).unwrap();
    let (items, end) = collect(plugin.call(agent("floods", "30000"), scope(2)).unwrap()).await;
    assert_eq!((items.len(), end), (30_000, Ok(Value::Null)));
    assert_eq!(idle.next().await, CallEvent::Item("line 0\n".into()));
    drop(idle);
    assert_eq!(plugin.shutdown(PATIENCE).await, Ok(()));
}

#[tokio::test]
async fn a_plugin_that_does_not_initialize_or_close_says_why() {
    let host = Host::new();
    let error = start(&host, hostile(json!({"initialize": "fail"}))).await.unwrap_err();
    assert!(error.to_string().contains("hostile does not want to start"), "{error}");
    let plugin = start(&host, hostile(json!({"shutdown": "panic"}))).await.unwrap();
    let error = plugin.shutdown(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.contains("hostile panics in shutdown"), "{error}");
}
