use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use orchestrator_protocol::session::AgentInfo;
use orchestrator_protocol::target::PluginTarget;
use orchestrator_protocol::{CallError, ErrorKind, Permission};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::fakes::{FakePlugin, Manners, Unhooked, Yields};
use crate::agent::builtin::BuiltinAgent;
use crate::agent::{AgentRegistry, AgentResult, AgentScope, Agents, Halt, Stop};
use crate::event::{AgentStatus, Event, EventKind, RunId, SpanId};
use crate::hook::tests::desk::{Desk, RUN, name};

struct Bench {
    desk: Desk,
    agents: Agents,
}

impl Bench {
    fn with_builtins(builtins: Vec<Arc<dyn BuiltinAgent>>) -> Self {
        let desk = Desk::new();
        let registry = AgentRegistry::new(builtins);
        let agents = Agents::new(registry, desk.bus.clone(), desk.permissions.clone(), Duration::from_secs(60));
        Bench { desk, agents }
    }

    /// One plugin with the agents `one`, which has a limit of its own, and `two`.
    fn new(manners: Manners, script: impl Fn(String) -> Yields + Send + Sync + 'static) -> (Self, Arc<FakePlugin>) {
        let bench = Bench::with_builtins(Vec::new());
        let plugin = FakePlugin::start(manners, move |target, _| match target {
            PluginTarget::Agent { name, .. } => script(name),
            other => panic!("{other:?}"),
        });
        let info = |name: &str, timeout_ms| AgentInfo {
            name: name.into(),
            role: "tries".into(),
            provider: "a script".into(),
            timeout_ms,
        };
        bench.agents.registry.add(&name("p"), vec![info("one", Some(50)), info("two", None)], &plugin.code());
        (bench, plugin)
    }

    async fn run(&self, agent: &str, halt: &Halt) -> AgentResult {
        let request = json!({"task": "x", "api_key": "hush"});
        self.agents.run(scope(halt), agent, request, None, &Unhooked).await
    }

    async fn events(&self) -> Vec<Arc<Event>> {
        self.desk.events(RUN).await
    }
}

fn scope(halt: &Halt) -> AgentScope {
    AgentScope { run: RunId(1), parent: Some(SpanId(100)), halt: halt.child(), deadline: None, depth: 0, caller: None }
}

fn texts(pieces: &[&str]) -> Yields {
    stream::iter(pieces.iter().map(|piece| Ok(Value::from(*piece))).collect::<Vec<_>>()).boxed()
}

/// The one `agent_finished` of each span, which must be its last event.
fn finished(events: &[Arc<Event>]) -> Vec<(u64, AgentStatus, Option<String>)> {
    let mut ends: Vec<(u64, AgentStatus, Option<String>)> = Vec::new();
    for event in events {
        let Some(span) = event.span else { continue };
        assert!(!ends.iter().any(|(over, ..)| *over == span.0), "{event:?} after the end of its span");
        if let EventKind::AgentFinished { status, reason, .. } = &event.kind {
            ends.push((span.0, *status, reason.clone()));
        }
    }
    ends
}

fn output(events: &[Arc<Event>], span: u64) -> Vec<String> {
    let of_span = events.iter().filter(|event| event.span == Some(SpanId(span)));
    let items = of_span.filter_map(|event| match &event.kind {
        EventKind::AgentOutput { items, .. } => Some(items.clone()),
        _ => None,
    });
    items.flatten().collect()
}

#[tokio::test]
async fn an_agent_run_is_a_span_with_cleaned_text_and_a_masked_request() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |_| texts(&["a\u{1b}[2Jb", "\u{1b}[3", "1mc", "\u{7}\n"]));
    let result = bench.run("two", &Halt::new()).await;
    assert_eq!((result.text.output.as_str(), result.text.dropped_bytes), ("ab\u{1b}[31mc\u{fffd}\n", 0));
    let events = bench.events().await;
    let EventKind::AgentStarted { agent, request, provider } = &events[0].kind else { panic!("{events:?}") };
    assert_eq!((agent.as_str(), provider.as_str()), ("two", "a script"));
    assert!(!request.to_string().contains("hush"));
    assert!(events.iter().all(|e| e.parent == Some(SpanId(100)) && e.plugin == Some(name("p"))));
    assert_eq!(output(&events, 1).concat(), result.text.output);
    assert_eq!(finished(&events), [(1, AgentStatus::Completed, None)]);
    let Some(EventKind::AgentFinished { usage, .. }) = events.last().map(|event| &event.kind) else { panic!() };
    assert_eq!(*usage, json!({"tokens": 3, "model": "m\u{fffd}"}));
}

#[tokio::test]
async fn a_flood_is_told_in_few_bounded_events_and_nothing_is_lost() {
    struct Flood;
    impl BuiltinAgent for Flood {
        fn name(&self) -> &'static str {
            "flood"
        }
        fn role(&self) -> &'static str {
            ""
        }
        fn provider(&self) -> &str {
            ""
        }
        fn run(&self, _: Value) -> BoxStream<'static, Result<String, String>> {
            stream::iter((0..20_000).map(|n| Ok(format!("{n}\n")))).boxed()
        }
    }
    let bench = Bench::with_builtins(vec![Arc::new(Flood)]);
    let result = bench.run("flood", &Halt::new()).await;
    let expected: String = (0..20_000).map(|n| format!("{n}\n")).collect();
    assert_eq!(result.text.output, expected);
    let events = bench.events().await;
    assert_eq!(output(&events, 1).len(), 20_000);
    assert!(events.len() < 100, "{} events", events.len());
}

#[tokio::test]
async fn agents_run_side_by_side_and_the_same_one_twice_each_in_its_own_span() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |name| {
        stream! {
            for n in 0..5 {
                yield Ok(json!(format!("{name} {n}\n")));
                tokio::task::yield_now().await;
            }
        }
        .boxed()
    });
    let halt = Halt::new();
    let results = tokio::join!(bench.run("two", &halt), bench.run("one", &halt), bench.run("two", &halt));
    let events = bench.events().await;
    for (span, result, name) in [(1, results.0, "two"), (2, results.1, "one"), (3, results.2, "two")] {
        let expected: String = (0..5).map(|n| format!("{name} {n}\n")).collect();
        assert_eq!((output(&events, span).concat(), result.text.output), (expected.clone(), expected));
    }
    assert_eq!(finished(&events).len(), 3);
}

#[tokio::test]
async fn stopping_tells_the_agent_and_keeps_the_reason_and_who_ignores_it_is_written_off() {
    for (manners, suffix) in
        [(Manners::Obeys, ""), (Manners::Ignores, "; the agent did not stop within 500ms and was written off")]
    {
        let (bench, _plugin) = Bench::new(manners, |_| texts(&["before\n"]).chain(stream::pending()).boxed());
        let halt = Halt::new();
        let (pieces, mut heard) = mpsc::channel(1);
        let run = bench.agents.run(scope(&halt), "two", json!({}), Some(pieces), &Unhooked);
        let stop = async {
            assert_eq!(heard.recv().await.unwrap(), "before\n");
            halt.stop(Stop::Cancelled("cancelled by a test".into()));
        };
        let (result, ()) = tokio::join!(run, stop);
        let reason = format!("cancelled by a test{suffix}");
        assert_eq!(result.end, Err(CallError::new(ErrorKind::Cancelled, reason.clone())));
        assert_eq!(result.text.output, "before\n");
        assert_eq!(finished(&bench.events().await), [(1, AgentStatus::Cancelled, Some(reason))]);
    }
}

#[tokio::test]
async fn a_consumer_that_takes_nothing_does_not_keep_an_agent_from_being_stopped() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |_| stream::repeat_with(|| Ok(json!("x"))).boxed());
    let halt = Halt::new();
    let (pieces, _heard) = mpsc::channel(1);
    let stopper = async {
        // As soon as there is output, nobody takes it.
        bench.desk.bus.subscribe(RUN, 2).next().await;
        halt.stop(Stop::Cancelled("enough".into()));
    };
    let (result, ()) = tokio::join!(bench.agents.run(scope(&halt), "two", json!({}), Some(pieces), &Unhooked), stopper);
    assert_eq!(result.status(), AgentStatus::Cancelled);
}

#[tokio::test]
async fn an_agent_has_its_own_limit_of_time() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |_| stream::pending().boxed());
    let result = bench.run("one", &Halt::new()).await;
    assert_eq!(result.status(), AgentStatus::Failed);
    let reason = Some("the agent took longer than 50ms".to_owned());
    assert_eq!(finished(&bench.events().await), [(1, AgentStatus::Failed, reason)]);
}

#[tokio::test]
async fn errors_panics_and_crashes_fail_the_agent_with_their_words() {
    let error = CallError { traceback: Some("at line 3".into()), ..CallError::failed("bad\u{1b}[2J luck") };
    let (bench, _plugin) = Bench::new(Manners::Obeys, move |name| match name.as_str() {
        "one" => texts(&["partly"]).chain(stream::iter([Err(error.clone())])).boxed(),
        _ => stream::iter([Ok(json!({"not": "text"}))]).boxed(),
    });
    let failed = bench.run("one", &Halt::new()).await;
    assert_eq!(failed.text.output, "partly");
    bench.run("two", &Halt::new()).await;
    let ends = finished(&bench.events().await);
    assert_eq!(ends[0], (1, AgentStatus::Failed, Some("bad luck\nat line 3".into())));
    assert_eq!(ends[1], (2, AgentStatus::Failed, Some("the agent yielded an object; agents yield text".into())));

    struct Panics;
    impl BuiltinAgent for Panics {
        fn name(&self) -> &'static str {
            "panics"
        }
        fn role(&self) -> &'static str {
            ""
        }
        fn provider(&self) -> &str {
            ""
        }
        fn run(&self, _: Value) -> BoxStream<'static, Result<String, String>> {
            stream::poll_fn(|_| panic!("out of my depth")).boxed()
        }
    }
    let bench = Bench::with_builtins(vec![Arc::new(Panics)]);
    bench.run("panics", &Halt::new()).await;
    let reason = Some("it panicked: out of my depth".to_owned());
    assert_eq!(finished(&bench.events().await), [(1, AgentStatus::Failed, reason)]);

    let (bench, plugin) = Bench::new(Manners::Obeys, |_| stream::pending().boxed());
    let halt = Halt::new();
    let crash = async {
        bench.desk.bus.subscribe(RUN, 1).next().await;
        plugin.crash("its process was killed");
    };
    tokio::join!(bench.run("two", &halt), crash);
    let reason = Some("its process was killed".to_owned());
    assert_eq!(finished(&bench.events().await), [(1, AgentStatus::Failed, reason)]);
}

#[tokio::test]
async fn a_plugin_needs_the_permission_to_run_an_agent_and_losing_it_ends_the_agent() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |_| stream::pending().boxed());
    let halt = Halt::new();
    let caller = || AgentScope { caller: Some(name("asks")), ..scope(&halt) };
    let refused = bench.agents.run(caller(), "two", json!({}), None, &Unhooked).await;
    assert_eq!(refused.status(), AgentStatus::Denied);
    assert_eq!(finished(&bench.events().await), []);

    bench.desk.grant("asks", &[Permission::ExecuteAgent]);
    let revoke = async {
        // Its `permission_checked` is the second, its start the third.
        bench.desk.bus.subscribe(RUN, 3).next().await;
        bench.desk.grant("asks", &[]);
    };
    let (ended, ()) = tokio::join!(bench.agents.run(caller(), "two", json!({}), None, &Unhooked), revoke);
    assert_eq!(ended.status(), AgentStatus::Denied);
    let ends = finished(&bench.events().await);
    assert!(matches!(ends.as_slice(), [(_, AgentStatus::Denied, Some(_))]), "{ends:?}");
}

#[tokio::test]
async fn an_agent_that_is_not_there_is_told_with_the_name_that_was_meant() {
    let (bench, _plugin) = Bench::new(Manners::Obeys, |_| texts(&[]));
    let error = bench.run("tow", &Halt::new()).await.end.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (ErrorKind::NotFound, "there is no agent `tow`; did you mean `two`?")
    );
    assert!(bench.events().await.is_empty());
}
