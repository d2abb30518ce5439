//! Children that misbehave once they are started.

use std::time::{Duration, Instant};

use orchestrator::runtime::CallScope;
use orchestrator_protocol::ErrorKind;
use orchestrator_protocol::hook::HookReply;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::session::LogLevel;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::host::{Host, collect, hostile, scope, wanted};
use crate::same::{agent, hook};
use crate::start::{PATIENCE, misbehaving, reason, start};
use crate::support::Watched;

#[tokio::test(flavor = "multi_thread")]
async fn one_that_breaks_the_connection_is_ended_and_its_calls_say_why() {
    let host = Host::new();
    for (how, words) in [("oversize", "longer than the limit of 16777216"), ("closes", "descriptor 3")] {
        let plugin = misbehaving(&host, &[how]).await.unwrap();
        let process = Watched::new(plugin.process().unwrap());
        let error = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await.1.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.contains(words), "{error}");
        assert_eq!(reason(&plugin).await, error.message);
        assert!(process.ends_within(PATIENCE));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_no_messages_are_answered_and_the_session_goes_on() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["garbage"]).await.unwrap();
    let (items, end) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    assert_eq!((items, end), (vec![json!("alive")], Ok(Value::Null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_prints_is_cut_and_counted_and_holds_nothing_up() {
    let mut host = Host::new();
    let plugin = misbehaving(&host, &["prints"]).await.unwrap();
    let (_, end) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    assert_eq!(end, Ok(Value::Null));
    plugin.shutdown(PATIENCE).await.unwrap();
    let (mut lines, mut lost) = (0_u64, 0_u64);
    while let Ok((_, log)) = host.logs.try_recv() {
        assert!(log.message.len() <= 8 * 1024);
        match log.level {
            LogLevel::Warning => lost += log.message.split(' ').next().unwrap().parse::<u64>().unwrap(),
            _ => lines += 1,
        }
    }
    assert!(lines >= 1000 && lost > 0 && lines + lost <= 300_000 + 200, "{lines} lines, {lost} lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_ignores_its_cancellation_and_does_not_answer_is_killed() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["deaf"]).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    let mut call = plugin.call(agent("sleeper", ""), scope(1)).unwrap();
    assert!(matches!(call.next().await, CallEvent::Item(_)));
    call.cancel("enough");
    drop(call);
    let reason = reason(&plugin).await;
    assert!(reason.contains("the cancellation of the agent `sleeper`"), "{reason}");
    assert!(process.ends_within(PATIENCE));
}

#[tokio::test(flavor = "multi_thread")]
async fn hooks_that_hang_hold_up_nothing_else_until_their_process_is_ended() {
    let host = Host::new();
    let plugin = start(&host, hostile(json!({"hook": "hang"}))).await.unwrap();
    // Long enough for the agent beside them.
    let within = || CallScope { deadline: Some(Instant::now() + Duration::from_secs(5)), ..scope(1) };
    // As many as a plugin's runtime has workers, and one more.
    let hanging: Vec<_> = (0..3)
        .map(|_| {
            let (port, within) = (plugin.hook_port(), within());
            tokio::task::spawn_blocking(move || port.call(&hook("misbehave"), within, &wanted()))
        })
        .collect();
    let (items, end) = collect(plugin.call(agent("floods", "1000"), scope(1)).unwrap()).await;
    assert_eq!((items.len(), end), (1000, Ok(Value::Null)));
    for reply in hanging {
        let HookReply::Failed { error } = reply.await.unwrap() else { panic!("it answered") };
        assert_eq!(error.kind, ErrorKind::DeadlineExceeded);
    }
    // A handler can't be cancelled on its thread.
    let reason = reason(&plugin).await;
    assert!(reason.contains("`misbehave` hangs"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_whose_answer_nobody_wants_any_more_is_cancelled_and_its_process_lives() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["waits to be cancelled"]).await.unwrap();
    let (port, unwanted) = (plugin.hook_port(), CancellationToken::new());
    let given_up = unwanted.clone();
    let asked = tokio::task::spawn_blocking(move || port.call(&hook("any"), scope(1), &given_up));
    // It tells that it was called.
    let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    assert_eq!(items, ["called"]);
    unwanted.cancel();
    // It has no deadline: but for the cancellation it would wait for ever.
    let HookReply::Failed { error } = asked.await.unwrap() else { panic!("it answered") };
    assert_eq!(error.kind, ErrorKind::Cancelled);
    plugin.shutdown(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_on_purpose_ends_with_the_given_reason() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["stubborn"]).await.unwrap();
    let process = Watched::new(plugin.process().unwrap());
    let call = plugin.call(agent("any", ""), scope(1)).unwrap();
    let (items, _) = collect(call).await;
    let grandchild = Watched::new(u32::try_from(items[0].as_u64().unwrap()).unwrap());
    let open = plugin.call(agent("any", ""), scope(1)).unwrap();
    plugin.kill("the operator ended it");
    assert_eq!(collect(open).await.1.unwrap_err().message, "the operator ended it");
    assert!(process.ends_within(PATIENCE) && grandchild.ends_within(PATIENCE));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_greets_again_and_again_is_ended() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["greets"]).await.unwrap();
    assert!(reason(&plugin).await.contains("again and again"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_farewell_are_cleaned_and_cut() {
    let host = Host::new();
    let plugin = misbehaving(&host, &["bids farewell"]).await.unwrap();
    let error = plugin.shutdown(PATIENCE).await.unwrap_err();
    assert!(error.starts_with("too long!") && error.len() < 10_000, "{} bytes", error.len());
}
