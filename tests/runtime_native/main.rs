//! Real libraries, loaded and called through the real border.

mod host;

use std::time::Duration;

use host::{Host, collect, echo, hostile, library, scope, wanted};
use orchestrator::event::RunId;
use orchestrator::runtime::LoadError;
use orchestrator::runtime::hook_threads::HookThreads;
use orchestrator_protocol::ErrorKind;
use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::{AgentOutcome, HostTarget, PluginTarget};
use serde_json::{Value, json};

fn hook(handler: &str) -> HookRequest {
    HookRequest { hook: HookName::PreWorkflowExecution, handler: handler.into(), args: vec![json!({"a": 1})] }
}

fn workflow(name: &str) -> PluginTarget {
    PluginTarget::Workflow {
        name: name.into(),
        requirements: "Hear".into(),
        config: json!({}),
        context: serde_json::Map::new(),
    }
}

fn agent(name: &str, task: &str) -> PluginTarget {
    PluginTarget::Agent { name: name.into(), request: json!({ "task": task }) }
}

#[tokio::test]
async fn an_agent_in_a_library_streams_its_pieces() {
    let host = Host::new();
    let plugin = host.load(echo()).await.unwrap();
    let agents: Vec<_> = plugin.contributions().agents.iter().map(|agent| agent.name.as_str()).collect();
    assert_eq!(agents, ["echo", "upper", "slow", "process"]);
    let (pieces, end) = collect(plugin.call(agent("upper", "a\nb"), scope(1)).unwrap()).await;
    assert_eq!(pieces, ["A\n", "B\n"]);
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(plugin.shutdown(Duration::from_secs(5)).await, Ok(()));
    assert_eq!(plugin.ended().borrow().as_deref(), Some("the plugin was shut down"));
}

#[tokio::test]
async fn what_a_workflow_calls_and_logs_carries_its_scope() {
    let mut host = Host::new();
    let plugin = host.load(echo()).await.unwrap();
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
    let last = events.last().unwrap();
    assert_eq!(last["type"], "final_result");
    assert_eq!(last["results"]["twice"], json!(["echo: first", "echo: second"]));

    let (_, end) = collect(plugin.call(agent("echo", "x"), scope(8)).unwrap()).await;
    assert!(end.is_ok());
    let (scope, log) = host.logs.recv().await.unwrap();
    assert_eq!((scope.unwrap().run(), log.message.as_str()), (Some(RunId(8)), "echo begins"));
}

#[tokio::test]
async fn hooks_of_a_library_answer_on_the_calling_thread() {
    let host = Host::new();
    let plugin = host.load(echo()).await.unwrap();
    let port = plugin.hook_port();
    let ask = hook("greet");
    let reply = tokio::task::spawn_blocking(move || port.call(&ask, scope(1), &wanted())).await.unwrap();
    assert_eq!(reply, HookReply::Changed { value: json!({"a": 1, "greeting": "hello"}) });
    plugin.shutdown(Duration::from_secs(5)).await.unwrap();
    let HookReply::Failed { error } = plugin.hook_port().call(&hook("greet"), scope(1), &wanted()) else {
        panic!("it answered")
    };
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn cancelling_ends_an_agent_and_what_it_is_called_within() {
    let host = Host::new();
    let plugin = host.load(echo()).await.unwrap();
    let mut call = plugin.call(agent("slow", ""), scope(1)).unwrap();
    assert_eq!(call.next().await, CallEvent::Item(".".into()));
    call.cancel("enough");
    let (_, end) = collect(call).await;
    let error = end.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Cancelled, "enough"));
}

#[tokio::test]
async fn panics_in_a_library_are_errors_and_it_goes_on() {
    let host = Host::new();
    let plugin = host.load(hostile(json!({"hook": "panic"}))).await.unwrap();
    for target in [agent("panics", ""), workflow("breaks")] {
        let (items, end) = collect(plugin.call(target, scope(1)).unwrap()).await;
        let error = end.unwrap_err();
        assert_eq!((items.len(), error.kind), (1, ErrorKind::Panicked));
        assert!(error.message.contains("hostile panics in"), "{error}");
    }
    let HookReply::Failed { error } = plugin.hook_port().call(&hook("misbehave"), scope(1), &wanted()) else {
        panic!("it answered")
    };
    assert_eq!(error.kind, ErrorKind::Panicked);
    let (items, end) = collect(plugin.call(agent("floods", "3"), scope(1)).unwrap()).await;
    assert_eq!((items.len(), end), (3, Ok(Value::Null)));
}

#[tokio::test]
async fn a_plugin_that_does_not_initialize_says_why() {
    let host = Host::new();
    for (how, kind, words) in [
        ("panic", ErrorKind::Panicked, "hostile panics in initialize"),
        ("fail", ErrorKind::Failed, "hostile does not want to start"),
    ] {
        let error = host.load(hostile(json!({"initialize": how}))).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        let LoadError::InitializeFailed(error) = error else { panic!("{error}") };
        assert_eq!(error.kind, kind);
    }
}

#[tokio::test]
async fn a_plugin_that_hangs_in_initialize_is_given_up() {
    let host = Host::new();
    let error = host.load_within(hostile(json!({"initialize": "hang"})), Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(error, LoadError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn a_shutdown_that_panics_or_hangs_is_told_and_ends_all_the_same() {
    let host = Host::new();
    for (how, limit, words) in [
        ("panic", Duration::from_secs(5), "hostile panics in shutdown"),
        ("hang", Duration::from_millis(200), "200 ms"),
    ] {
        let plugin = host.load(hostile(json!({"shutdown": how}))).await.unwrap();
        let error = plugin.shutdown(limit).await.unwrap_err();
        assert!(error.contains(words), "{error}");
        assert!(plugin.ended().borrow().is_some());
        assert!(plugin.call(agent("floods", "1"), scope(1)).is_err());
    }
}

#[tokio::test]
async fn an_agent_that_ignores_its_cancel_does_not_hold_up_the_shutdown() {
    let mut host = Host::new();
    let plugin = host.load(hostile(json!({}))).await.unwrap();
    let mut call = plugin.call(agent("ignores_cancel", ""), scope(1)).unwrap();
    assert!(matches!(call.next().await, CallEvent::Item(_)));
    assert_eq!(host.logs.recv().await.unwrap().1.message, "deaf");
    call.cancel("enough");
    let error = plugin.shutdown(Duration::from_millis(400)).await.unwrap_err();
    assert!(error.contains("1 calls took no notice"), "{error}");
    assert!(matches!(call.next().await, CallEvent::Error(error) if error.kind == ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_hook_that_never_returns_costs_one_thread_and_nobody_waits() {
    let host = Host::new();
    let plugin = host.load(hostile(json!({"hook": "hang"}))).await.unwrap();
    let threads = HookThreads::new(2);
    let (tell, begun) = std::sync::mpsc::channel();
    let port = plugin.hook_port();
    let job = move || {
        tell.send(()).unwrap();
        port.call(&hook("misbehave"), scope(1), &wanted());
    };
    let ticket = threads.run(Box::new(job)).unwrap();
    begun.recv().unwrap();
    ticket.abandon();

    // Others run on, in this plugin's agents as well as on the next hook thread.
    let (items, _) = collect(plugin.call(agent("floods", "2"), scope(1)).unwrap()).await;
    assert_eq!(items.len(), 2);
    let well_behaved = host.load(echo()).await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let port = well_behaved.hook_port();
    threads.run(Box::new(move || tell.send(port.call(&hook("greet"), scope(1), &wanted())).unwrap())).unwrap();
    assert!(matches!(told.await.unwrap(), HookReply::Changed { .. }));

    let error = plugin.shutdown(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.contains("1 of its hook handlers"), "{error}");
}

#[tokio::test]
async fn a_consumer_that_takes_nothing_holds_up_its_own_call_only() {
    let host = Host::new();
    let plugin = host.load(hostile(json!({}))).await.unwrap();
    let mut idle = plugin.call(agent("floods", "1000000"), scope(1)).unwrap();
    let (items, end) = collect(plugin.call(agent("floods", "30000"), scope(2)).unwrap()).await;
    assert_eq!((items.len(), end), (30_000, Ok(Value::Null)));
    assert_eq!(idle.next().await, CallEvent::Item("line 0\n".into()));
    drop(idle);
    assert_eq!(plugin.shutdown(Duration::from_secs(5)).await, Ok(()));
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_with_the_remedy() {
    let host = Host::new();
    let error = host.load((library("no_symbol"), json!({}))).await.unwrap_err();
    assert!(matches!(error, LoadError::MissingSymbol { .. }));
    assert!(error.to_string().contains("export_plugin!"), "{error}");

    let error = host.load((library("wrong_abi"), json!({}))).await.unwrap_err();
    assert!(matches!(error, LoadError::AbiVersion { theirs: 999, ours: 1, .. }), "{error}");

    let text = host.dir.path().join("text.so");
    std::fs::write(&text, "not a library").unwrap();
    let error = host.load((text, json!({}))).await.unwrap_err();
    assert!(matches!(error, LoadError::NotALibrary { .. }), "{error}");

    let error = host.load((host.dir.path().join("absent.so"), json!({}))).await.unwrap_err();
    assert!(matches!(error, LoadError::Unreadable { .. }), "{error}");
}
