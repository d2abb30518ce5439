//! Streams over connections that break: every event once, and in order.

use std::future::Future;

use orchestrator::event::{Event, EventKind, RunId, StreamId};
use orchestrator::orchestrator::api::{Answer, Command, Done, Facade, FailureKind, Feed, Query, StartRun};
use serde_json::{Value, json};

use super::proxy::Proxy;
use super::served::Served;
use crate::bench::echoing;
use crate::support::{PATIENCE, of_type};

fn block_on(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await.expect("it does not end") });
}

async fn chorus(facade: &dyn Facade, requirements: String) -> RunId {
    let start = StartRun { workflow_type: "chorus".to_owned(), requirements, ..StartRun::default() };
    let Ok(Done::RunStarted { run }) = facade.command(Command::StartRun(start)).await else {
        panic!("it did not start")
    };
    run
}

/// Events until one of which `is_last` holds.
async fn until(feed: &mut dyn Feed, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    while !all.iter().any(&is_last) {
        let batch = feed.next().await.expect("the stream ended early");
        all.extend(batch.iter().map(|event| Event::clone(event)));
    }
    all
}

#[test]
fn a_run_is_followed_to_its_end_however_often_the_connection_breaks() {
    let project = echoing();
    let served = Served::start(&project);
    let proxy = Proxy::start(served.address);
    block_on(async {
        let (direct, remote) = (served.attach(served.address).await, served.attach(proxy.address).await);
        proxy.cut_after(400, 8);
        let requirements = (0..2_000).map(|n| format!("line {n} of what is wanted\n")).collect();
        let run = chorus(&direct, requirements).await;
        let mut feed = remote.subscribe(StreamId::Run(run), 1);
        let mut events: Vec<Value> = Vec::new();
        while let Some(batch) = feed.next().await {
            events.extend(batch.iter().map(|event| serde_json::to_value(&**event).unwrap()));
        }
        let stored = project.run(["runs", "show", &run.to_string(), "--json"]).assert_exit(0).run();
        let seqs = |events: &[Value]| events.iter().map(|event| event["seq"].clone()).collect::<Vec<_>>();
        assert_eq!(seqs(&events), seqs(&stored));
        assert!(events == stored, "other events came than those that are stored");
        let said: usize = of_type(&stored, "agent_output").iter().map(|event| event.to_string().len()).sum();
        assert!(said > 50_000, "there was hardly anything to lose");
        assert!(proxy.cut() >= 6, "only {} connections were cut", proxy.cut());
    });
}

#[test]
fn the_streams_of_a_host_that_is_started_anew_begin_anew_and_are_known_for_another_s() {
    let project = echoing();
    let first = Served::start(&project);
    let proxy = Proxy::start(first.address);
    block_on(async {
        let remote = first.attach(proxy.address).await;
        let mut link = remote.link().unwrap();
        let mut feed = remote.subscribe(StreamId::Host, 1);
        let is_up = |event: &Event| {
            let is_echo = event.plugin.as_ref().is_some_and(|plugin| plugin.as_str() == "echo");
            is_echo && matches!(&event.kind, EventKind::PluginState { state, .. } if state.is_usable())
        };
        let before = until(&mut *feed, is_up).await;
        proxy.down();
        let away = link.wait_for(|link| link.away.is_some()).await.unwrap().clone();
        assert_eq!((away.address, away.hosts), (proxy.address.to_string(), 1));
        let error = remote.query(Query::Plugins).await.unwrap_err();
        assert_eq!(error.kind, FailureKind::Failed);
        assert!(error.message.contains(&proxy.address.to_string()), "{error}");

        drop(first);
        let second = Served::start(&project);
        proxy.up(second.address);
        let after = until(&mut *feed, is_up).await;
        for events in [before, after] {
            let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
        }
        assert_eq!(link.wait_for(|link| link.away.is_none()).await.unwrap().hosts, 2);
        assert!(matches!(remote.query(Query::Plugins).await, Ok(Answer::Plugins(_))));
    });
}

#[test]
fn a_refusal_is_the_same_as_on_the_spot() {
    let project = echoing();
    let served = Served::start(&project);
    block_on(async {
        let remote = served.attach(served.address).await;
        let start = StartRun { workflow_type: "none such".to_owned(), ..StartRun::default() };
        let error = remote.command(Command::StartRun(start)).await.unwrap_err();
        assert!(error.message.contains("none such"), "{error}");
        assert_eq!(serde_json::to_value(error.kind).unwrap(), json!("missing"));
        assert!(remote.link().unwrap().borrow().away.is_none(), "the host is there");
    });
}
