mod interleaving;
mod long;

use std::sync::Mutex;

use super::*;
use crate::target::{HostTarget, PluginTarget};

type HostEnd = Peer<HostTarget, PluginTarget>;
type PluginEnd = Peer<PluginTarget, HostTarget>;

/// Keeps what was sent until the test carries it over.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<Vec<u8>>>>);

impl Outbox for Wire {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        self.0.lock().unwrap().push(message);
        Ok(())
    }
}

impl Wire {
    fn drain(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Pair {
    host: HostEnd,
    plugin: PluginEnd,
    to_plugin: Wire,
    to_host: Wire,
}

fn pair(limits: Limits) -> Pair {
    pair_of(limits, Sizes::PROTOCOL)
}

fn pair_of(limits: Limits, sizes: Sizes) -> Pair {
    let (to_plugin, to_host) = (Wire::default(), Wire::default());
    let host = Peer::with_sizes(to_plugin.clone(), limits, sizes);
    let plugin = Peer::with_sizes(to_host.clone(), limits, sizes);
    Pair { host, plugin, to_plugin, to_host }
}

impl Pair {
    /// Carries everything to the plugin; returns the calls that arrived.
    fn to_plugin(&self) -> Vec<Incoming<PluginTarget>> {
        let calls = self.to_plugin.drain().into_iter().filter_map(|bytes| match self.plugin.receive(&bytes) {
            Received::Call(call) => Some(call),
            Received::Handled | Received::Session(_) | Received::Rejected(_) => None,
            Received::Violation(breach) => panic!("{breach}"),
        });
        calls.collect()
    }

    fn to_host(&self) -> Vec<Incoming<HostTarget>> {
        let calls = self.to_host.drain().into_iter().filter_map(|bytes| match self.host.receive(&bytes) {
            Received::Call(call) => Some(call),
            Received::Handled | Received::Session(_) | Received::Rejected(_) => None,
            Received::Violation(breach) => panic!("{breach}"),
        });
        calls.collect()
    }
}

fn agent() -> PluginTarget {
    PluginTarget::Agent { name: "a".into(), request: Value::Null }
}

fn run_agent() -> HostTarget {
    HostTarget::RunAgent { name: "b".into(), request: Value::Null, stream: false }
}

#[tokio::test]
async fn items_arrive_in_order_and_then_the_end() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open(agent(), None, None).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    for n in 0..3 {
        answer.item(&n).await.unwrap();
    }
    answer.end("done".into());
    pair.to_host();
    for n in 0..3 {
        assert_eq!(call.next().await, CallEvent::Item(n.into()));
    }
    assert_eq!(call.next().await, CallEvent::End("done".into()));
}

#[tokio::test]
async fn a_sender_waits_for_credit_and_goes_on_when_it_comes() {
    let pair = pair(Limits::default());
    let credit = Credit { items: 2, bytes: 1000 };
    let mut call = pair.host.open_with(agent(), None, None, credit).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    answer.item(&1).await.unwrap();
    answer.item(&2).await.unwrap();
    let third = answer.item(&3);
    tokio::pin!(third);
    assert!(futures_poll(third.as_mut()).is_none(), "the window is full");
    pair.to_host();
    assert_eq!(call.next().await, CallEvent::Item(1.into()));
    pair.to_plugin();
    assert!(futures_poll(third.as_mut()).is_some(), "one item was taken");
}

#[tokio::test]
async fn an_item_larger_than_the_window_passes_alone() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open_with(agent(), None, None, Credit { items: 4, bytes: 10 }).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    let large = "x".repeat(100);
    answer.item(&large).await.unwrap();
    pair.to_host();
    assert_eq!(call.next().await, CallEvent::Item(large.into()));
}

#[tokio::test]
async fn a_sender_that_ignores_credit_loses_its_call() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open_with(agent(), None, None, Credit { items: 1, bytes: 1000 }).unwrap();
    let id = call.id();
    for _ in 0..2 {
        let item = Message::<()>::Item { id, value: 1.into() };
        pair.host.receive(&serde_json::to_vec(&item).unwrap());
    }
    assert_eq!(call.next().await, CallEvent::Item(1.into()));
    let CallEvent::Error(error) = call.next().await else { panic!("the call goes on") };
    assert_eq!(error.kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn cancelling_a_call_cancels_what_was_called_within_it() {
    let pair = pair(Limits::default());
    let call = pair.host.open(agent(), None, None).unwrap();
    let outer = pair.to_plugin().pop().unwrap().responder;
    let _nested = pair.plugin.open(run_agent(), Some(outer.id()), None).unwrap();
    let inner = pair.to_host().pop().unwrap().responder;
    call.cancel("enough");
    assert!(inner.cancelled().is_cancelled());
    pair.to_plugin();
    assert!(outer.cancelled().is_cancelled());
    assert_eq!(outer.cancel_reason(), "enough");
}

#[tokio::test]
async fn the_end_of_a_call_cancels_what_was_called_within_it() {
    let pair = pair(Limits::default());
    let _call = pair.host.open(agent(), None, None).unwrap();
    let outer = pair.to_plugin().pop().unwrap().responder;
    let _nested = pair.plugin.open(run_agent(), Some(outer.id()), None).unwrap();
    let inner = pair.to_host().pop().unwrap().responder;
    outer.end(Value::Null);
    assert!(!inner.cancelled().is_cancelled());
    pair.to_host();
    assert!(inner.cancelled().is_cancelled());
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let pair = pair(Limits::default());
    drop(pair.host.open(agent(), None, None).unwrap());
    let answer = pair.to_plugin().pop().unwrap().responder;
    assert!(answer.cancelled().is_cancelled());
    assert_eq!(answer.item(&1).await.unwrap_err().kind, ErrorKind::Cancelled);
}

#[tokio::test]
async fn a_nested_call_needs_an_open_parent() {
    let pair = pair(Limits::default());
    let mut nested = pair.plugin.open(run_agent(), Some(CallId(99)), None).unwrap();
    assert!(pair.to_host().is_empty());
    pair.to_plugin();
    let CallEvent::Error(error) = nested.next().await else { panic!("it was accepted") };
    assert_eq!(error.kind, ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn open_calls_are_limited() {
    let pair = pair(Limits { calls: 10, calls_per_parent: 1 });
    let _first = pair.host.open(agent(), None, None).unwrap();
    let mut second = pair.host.open(agent(), None, None).unwrap();
    let accepted = pair.to_plugin();
    assert_eq!(accepted.len(), 1);
    pair.to_host();
    let CallEvent::Error(error) = second.next().await else { panic!("it was accepted") };
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_responder_that_is_dropped_answers_with_an_error() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open(agent(), None, None).unwrap();
    drop(pair.to_plugin());
    pair.to_host();
    assert!(matches!(call.next().await, CallEvent::Error(_)));
}

#[tokio::test]
async fn closing_fails_open_calls_with_the_reason() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open(agent(), None, None).unwrap();
    pair.host.close("the child died");
    let CallEvent::Error(error) = call.next().await else { panic!("it ended well") };
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Unavailable, "the child died"));
    assert!(pair.host.open(agent(), None, None).is_err());
}

#[test]
fn what_can_not_be_understood_is_answered() {
    let pair = pair(Limits::default());
    for bad in [&b"not json"[..], br#"{"type":"later"}"#, br#"{"type":"call","id":7,"target":{"kind":"fly"}}"#, b"[]"] {
        assert!(matches!(pair.host.receive(bad), Received::Rejected(_)));
    }
    let answers: Vec<Value> =
        pair.to_plugin.drain().iter().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect();
    let types: Vec<_> = answers.iter().map(|answer| answer["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["rejected", "rejected", "error", "rejected"]);
    assert_eq!(answers[2]["id"], 7);
}

#[tokio::test]
async fn an_answer_that_can_not_be_understood_ends_its_call() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for answer in ["item", "end"] {
        let pair = pair(Limits::default());
        let mut call = pair.host.open(agent(), None, None).unwrap();
        let serving = pair.to_plugin().pop().unwrap().responder;
        let message = format!(r#"{{"type":"{answer}","value":{deep},"id":{}}}"#, call.id());
        assert!(matches!(pair.host.receive(message.as_bytes()), Received::Rejected(_)));
        let CallEvent::Error(error) = call.next().await else { panic!("it goes on") };
        assert_eq!(error.kind, ErrorKind::Protocol);
        pair.to_plugin();
        assert!(serving.cancelled().is_cancelled());
    }
}

#[test]
fn long_words_of_the_other_sides_are_not_repeated() {
    let pair = pair(Limits::default());
    let name = "x".repeat(1024 * 1024);
    pair.host.receive(format!(r#"{{"type":"{name}"}}"#).as_bytes());
    pair.host.receive(format!(r#"{{"type":"call","id":1,"target":{{"kind":"{name}"}}}}"#).as_bytes());
    let answers = pair.to_plugin.drain();
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|answer| answer.len() < 4096));
}

#[tokio::test]
async fn a_gigantic_credit_is_only_a_large_one() {
    let pair = pair(Limits::default());
    let call = pair.host.open(agent(), None, None).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    let more = Credit { items: u32::MAX, bytes: u64::MAX };
    let credit = serde_json::to_vec(&Message::<()>::Credit { id: call.id(), more }).unwrap();
    for _ in 0..3 {
        assert!(matches!(pair.plugin.receive(&credit), Received::Handled));
    }
    answer.item(&1).await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_waits_has_given_back_all_credit() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open_with(agent(), None, None, Credit { items: 8, bytes: 1000 }).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    answer.item(&"x".repeat(300)).await.unwrap();
    let large = "x".repeat(800);
    let second = answer.item(&large);
    tokio::pin!(second);
    assert!(futures_poll(second.as_mut()).is_none(), "both together exceed the window");
    pair.to_host();
    call.next().await;
    assert!(futures_poll(std::pin::pin!(call.next())).is_none());
    pair.to_plugin();
    assert!(futures_poll(second.as_mut()).is_some());
}

/// Polls once.
fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}
