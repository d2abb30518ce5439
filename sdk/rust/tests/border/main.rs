//! A plugin written with the SDK, driven through its exported table as a host drives it.

mod host;
mod permissions;
mod plugins;
mod runs;

use host::{Host, collect, table};
use orchestrator_sdk::prelude::*;
use orchestrator_sdk::protocol::abi::{ABI_MAJOR, FLAG_UNWINDS, PluginAbi};
use orchestrator_sdk::protocol::hook::{HookReply, HookRequest};
use orchestrator_sdk::protocol::peer::CallEvent;
use orchestrator_sdk::protocol::target::{AgentOutcome, ApiPart, ApiRequest, HostTarget, PluginTarget};
use orchestrator_sdk::protocol::{ErrorKind, Message};
use plugins::{Everything, Failing, exported};

fn hook(handler: &str, args: Vec<Value>) -> HookRequest {
    HookRequest { hook: HookName::PreWorkflowExecution, handler: handler.into(), args }
}

fn agent_hook(hook: HookName, handler: &str, last: Value) -> HookRequest {
    HookRequest { hook, handler: handler.into(), args: vec![json!({"run_id": "r7"}), last] }
}

fn workflow(name: &str) -> PluginTarget {
    PluginTarget::Workflow {
        name: name.into(),
        requirements: "tea".into(),
        config: json!({"cups": 2}),
        context: Map::new(),
    }
}

#[test]
fn the_exported_table_says_what_it_is() {
    let exported = &plugins::exported::orchestrator_plugin;
    assert_eq!(exported.size, size_of::<PluginAbi>());
    assert_eq!(exported.abi_major, ABI_MAJOR);
    assert_eq!(exported.flags & FLAG_UNWINDS, FLAG_UNWINDS);
}

#[tokio::test]
async fn the_documented_example_shouts() {
    let host = Host::create(&plugins::exported::orchestrator_plugin);
    let described = host.initialize(Map::new()).unwrap();
    assert_eq!(described.agents[0].name, "shout");
    let (pieces, end) = host.run_agent("shout", "tea\nplease").await;
    assert_eq!(pieces, ["TEA\n", "PLEASE\n"]);
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(host.shut_down(1000), None);
}

#[test]
fn what_a_plugin_contributes_is_described() {
    let host = Host::create(table::<Everything>());
    let described = host.initialize(Map::new()).unwrap();
    let hook = &described.hooks[0];
    assert_eq!((hook.handler.as_str(), hook.priority, hook.timeout_ms), ("add_note", 7, Some(250)));
    assert_eq!(hook.on_failure, OnFailure::Abort);
    assert_eq!(described.routes[0].path, "/api/tea/pot");
    assert_eq!(described.workflows[0].agents, ["shout"]);
    assert_eq!(described.degraded.as_deref(), Some("no kettle in /data"));
}

#[tokio::test]
async fn a_panic_in_an_agent_ends_its_call_alone() {
    let host = Host::start(table::<Everything>());
    for (name, expected) in [("panics_at_once", 0), ("panics_later", 1)] {
        let (pieces, end) = host.run_agent(name, "x").await;
        let error = end.unwrap_err();
        assert_eq!((pieces.len(), error.kind), (expected, ErrorKind::Panicked));
        assert!(error.message.contains("the pot broke"), "{}", error.message);
        assert!(error.traceback.unwrap().contains("plugins.rs"));
    }
    assert_eq!(host.run_agent("count", "2").await.0, ["1", "2"]);
}

#[tokio::test]
async fn an_agent_that_fails_says_so_in_its_own_words() {
    let host = Host::start(table::<Everything>());
    let (pieces, end) = host.run_agent("fails", "x").await;
    assert_eq!(pieces, ["first"]);
    let error = end.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Failed, "out of tea"));
}

#[tokio::test]
async fn many_pieces_arrive_one_by_one_and_in_order() {
    let host = Host::start(table::<Everything>());
    let (pieces, end) = host.run_agent("count", "20000").await;
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(pieces.len(), 20_000);
    assert!(pieces.iter().zip(1..).all(|(piece, n)| piece.as_str() == Some(n.to_string().as_str())));
}

#[tokio::test]
async fn a_cancelled_agent_is_dropped_at_its_await() {
    let host = Host::start(table::<Everything>());
    let mut call = host.open_agent("waits", "x");
    assert_eq!(call.next().await, CallEvent::Item("waiting".into()));
    call.cancel("enough");
    let CallEvent::Error(error) = call.next().await else { panic!("it ended well") };
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Cancelled, "enough"));
    assert_eq!(host.next_log().message, "the stream was dropped");
}

#[tokio::test]
async fn a_workflow_runs_agents_of_the_host() {
    let mut host = Host::start(table::<Everything>());
    let call = host.open(workflow("brew"));
    let id = call.id();
    let answering = async {
        let nested = host.calls.recv().await.unwrap();
        assert_eq!(nested.parent, Some(id));
        let HostTarget::RunAgent { name, request, stream } = nested.target else { panic!("not an agent") };
        assert_eq!((name.as_str(), stream), ("shout", false));
        assert_eq!(request["task"], "tea");
        let outcome = AgentOutcome { output: "TEA".into(), dropped_bytes: 0 };
        nested.responder.end(serde_json::to_value(outcome).unwrap());
    };
    let ((events, end), ()) = tokio::join!(collect(call), answering);
    assert_eq!(end, Ok(Value::Null));
    assert_eq!(events[0], json!({"type": "phase_start", "phase": "brewing"}));
    assert_eq!(
        events[1],
        json!({"type": "final_result", "status": "completed", "results": {"said": "TEA", "cups": 2}})
    );
}

#[tokio::test]
async fn a_refused_call_is_a_permission_error_in_the_plugin() {
    let mut host = Host::start(table::<Everything>());
    let call = host.open(workflow("brew"));
    let refusing = async {
        let nested = host.calls.recv().await.unwrap();
        let error = orchestrator_sdk::protocol::CallError::new(ErrorKind::PermissionDenied, "not granted");
        nested.responder.error(error);
    };
    let ((_, end), ()) = tokio::join!(collect(call), refusing);
    assert_eq!(end.unwrap_err().kind, ErrorKind::PermissionDenied);
}

#[test]
fn hooks_change_deny_and_fail() {
    let host = Host::start(table::<Everything>());
    let context = json!({"requirements": "tea"});
    let HookReply::Changed { value } = host.hook(&hook("add_note", vec![context.clone()])) else { panic!("unchanged") };
    assert_eq!(value["note"], "seen");
    let denied = host.hook(&hook("deny", vec![context.clone()]));
    assert_eq!(denied, HookReply::Denied { reason: "no tea after six".into() });
    for (handler, kind) in [("panic", ErrorKind::Panicked), ("absent", ErrorKind::NotFound)] {
        let HookReply::Failed { error } = host.hook(&hook(handler, vec![context.clone()])) else {
            panic!("no failure")
        };
        assert_eq!(error.kind, kind);
    }
}

#[test]
fn an_agents_output_is_supplied_or_changed_by_hooks() {
    let host = Host::start(table::<Everything>());
    let asked = agent_hook(HookName::PreAgentExecution, "recall", json!({"task": "tea"}));
    assert_eq!(host.hook(&asked), HookReply::Supplied { output: "r7 had tea\n".into() });
    let said = agent_hook(HookName::PostAgentExecution, "mark", "TEA".into());
    assert_eq!(host.hook(&said), HookReply::Changed { value: "TEA for r7".into() });
}

#[tokio::test]
async fn a_route_answers_its_own_path_only() {
    let host = Host::start(table::<Everything>());
    let request =
        |path: &str| PluginTarget::Api(ApiRequest { method: "GET".into(), path: path.into(), ..ApiRequest::default() });
    let (_, end) = collect(host.open(request("/api/tea/pot"))).await;
    assert_eq!(end.unwrap()["status"], 418);
    let (_, end) = collect(host.open(request("/api/tea/pots"))).await;
    assert_eq!(end.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_route_gets_its_parameters_and_bytes() {
    let host = Host::start(table::<Everything>());
    let request = ApiRequest {
        method: "POST".into(),
        path: "/api/tea/cups/very%20small".into(),
        query: "a=1&with=milk+%26+sugar".into(),
        headers: vec![("x-tea".into(), "green".into())],
        body: b"\xfe\xff".to_vec().into(),
        ..ApiRequest::default()
    };
    let answer: ApiResponse = from_value(collect(host.open(PluginTarget::Api(request))).await.1.unwrap());
    assert_eq!(answer.body.as_bytes(), b"very small milk & sugar Some(\"green\")\xfe\xff");
}

#[tokio::test]
async fn a_route_may_stream_its_answer_and_break_it_off() {
    let host = Host::start(table::<Everything>());
    let request = |method: &str, path: &str| {
        PluginTarget::Api(ApiRequest { method: method.into(), path: path.into(), ..ApiRequest::default() })
    };
    let (items, end) = collect(host.open(request("GET", "/api/tea/pour"))).await;
    let parts: Vec<ApiPart> = items.into_iter().map(from_value).collect();
    let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    let pieces = [b"one".to_vec(), b"\xff".to_vec(), Vec::new()].map(|piece| ApiPart::Piece(piece.into()));
    assert_eq!(parts[0], ApiPart::Start { status: 200, headers });
    assert_eq!(parts[1..], pieces);
    assert_eq!(end.unwrap_err().message, "it is empty");

    let (items, end) = collect(host.open(request("HEAD", "/api/tea/pour"))).await;
    assert_eq!((items.len(), &end.unwrap()["status"]), (0, &json!(200)));
    let (_, end) = collect(host.open(request("GET", "/api/tea/spill"))).await;
    let answer: ApiResponse = from_value(end.unwrap());
    assert_eq!((answer.status, answer.body.as_text()), (500, Some("Internal Server Error")));
}

fn from_value<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of that type")
}

#[tokio::test]
async fn a_new_config_is_taken_refused_or_not_understood() {
    let changed = |config: Value| PluginTarget::ConfigChanged { config: config.as_object().cloned().unwrap() };
    let host = Host::start(table::<Everything>());
    assert_eq!(collect(host.open(changed(json!({"leaves": "green"})))).await.1.unwrap(), json!(true));
    let error = collect(host.open(changed(json!({"leaves": "black"})))).await.1.unwrap_err();
    assert!(error.message.contains("no black tea here"), "{}", error.message);
    let error = collect(host.open(changed(json!({})))).await.1.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Panicked);
    let other = Host::start(table::<exported::MyPlugin>());
    assert_eq!(collect(other.open(changed(json!({})))).await.1.unwrap(), json!(false));
}

#[test]
fn a_failed_or_panicked_initialize_is_an_error_in_words() {
    for (how, kind, words) in [("fail", ErrorKind::Failed, "no water"), ("panic", ErrorKind::Panicked, "plugins.rs")] {
        let host = Host::create(table::<Failing>());
        let config = Map::from_iter([("how".to_owned(), json!(how))]);
        let error = host.initialize(config).unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(error.message.contains(words), "{}", error.message);
        assert_eq!(host.shut_down(1000), None);
    }
}

#[tokio::test]
async fn calls_before_initialize_are_refused() {
    let host = Host::create(table::<Everything>());
    let (_, end) = host.run_agent("count", "1").await;
    assert_eq!(end.unwrap_err().kind, ErrorKind::Unavailable);
}

#[test]
fn a_ping_is_answered() {
    let host = Host::start(table::<Everything>());
    host.tell(&Message::Ping { nonce: 7 });
    assert_eq!(host.message(), Message::Pong { nonce: 7 });
}

#[tokio::test]
async fn shutdown_cancels_open_calls_and_says_what_went_wrong() {
    let host = Host::start(table::<Everything>());
    let mut call = host.open_agent("waits", "x");
    assert_eq!(call.next().await, CallEvent::Item("waiting".into()));
    let goodbye = host.shut_down(2000).unwrap();
    assert!(goodbye.contains("the lid is stuck"), "{goodbye}");
    let CallEvent::Error(error) = call.next().await else { panic!("it ended well") };
    assert_eq!(error.kind, ErrorKind::Cancelled);
}
