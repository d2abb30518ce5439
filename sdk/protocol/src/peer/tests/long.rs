//! Messages that go in pieces.

use super::*;
use crate::session::{Bye, Log, LogLevel};
use crate::{MAX_MESSAGE_BYTES, MAX_UNFINISHED};

/// Small enough for tests that go to the limits.
const SIZES: Sizes = Sizes { piece: 1000, value: 64_000, unfinished: 256_000 };

fn small() -> Pair {
    pair_of(Limits::default(), SIZES)
}

/// Some thirty pieces, whose characters are of several bytes and have to be escaped.
fn long() -> Value {
    Value::String("say \"ü\" ".repeat(2500))
}

fn too_long() -> Value {
    Value::String("x".repeat(SIZES.value))
}

fn chunk(message: u64, text: &str, last: bool) -> Vec<u8> {
    serde_json::to_vec(&Message::<()>::Chunk { message, text: text.into(), last }).unwrap()
}

fn violation(received: Received<HostTarget>) -> String {
    match received {
        Received::Violation(breach) => breach,
        other => panic!("no violation: {other:?}"),
    }
}

#[tokio::test]
async fn pieces_of_the_protocols_own_size_fit_in_a_frame() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open(agent(), None, None).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    // Nothing grows more than quotes, which are escaped once in the item and again in the piece.
    let quotes = Value::String("\"".repeat(Sizes::PROTOCOL.piece));
    answer.item(&quotes).await.unwrap();
    let sent = pair.to_host.0.lock().unwrap().clone();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|message| message.len() <= MAX_MESSAGE_BYTES));
    pair.to_host();
    assert!(call.next().await == CallEvent::Item(quotes));
}

#[tokio::test]
async fn a_long_item_uses_up_the_window_and_gives_it_back() {
    let pair = small();
    let mut call = pair.host.open_with(agent(), None, None, Credit { items: 8, bytes: 10_000 }).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    answer.item(&long()).await.unwrap();
    let second = answer.item(&1);
    tokio::pin!(second);
    assert!(futures_poll(second.as_mut()).is_none(), "the long item was not taken yet");
    assert!(pair.to_host.0.lock().unwrap().len() > 1);
    pair.to_host();
    assert_eq!(call.next().await, CallEvent::Item(long()));
    pair.to_plugin();
    assert!(futures_poll(second.as_mut()).is_some());
    // The window is as wide as before: two halves of it do not fit beside what is outstanding.
    let half = "x".repeat(5000);
    answer.item(&half).await.unwrap();
    let next = answer.item(&half);
    tokio::pin!(next);
    assert!(futures_poll(next.as_mut()).is_none(), "the long item made the window wider");
}

#[tokio::test]
async fn long_calls_ends_and_session_messages_arrive() {
    let pair = small();
    let target = PluginTarget::Agent { name: "a".into(), request: long() };
    let mut call = pair.host.open(target.clone(), None, None).unwrap();
    let incoming = pair.to_plugin().pop().unwrap();
    assert_eq!(incoming.target, target);
    incoming.responder.end(long());
    pair.to_host();
    assert_eq!(call.next().await, CallEvent::End(long()));

    let message = long().to_string();
    let log = Message::Log(Log { level: LogLevel::Info, message, fields: serde_json::Map::new(), parent: None });
    pair.plugin.send(&log).unwrap();
    let mut received: Vec<_> = pair.to_host.drain().iter().map(|piece| pair.host.receive(piece)).collect();
    let Some(Received::Session(received)) = received.pop() else { panic!("not joined") };
    assert_eq!(*received, log);
}

#[tokio::test]
async fn what_is_too_long_is_an_error_to_its_sender() {
    let pair = small();
    let target = PluginTarget::Agent { name: "a".into(), request: too_long() };
    let error = pair.host.open(target, None, None).err().unwrap();
    assert_eq!(error.kind, ErrorKind::InvalidRequest);
    assert!(pair.to_plugin.drain().is_empty(), "not even a cancel");

    let mut call = pair.host.open(agent(), None, None).unwrap();
    let answer = pair.to_plugin().pop().unwrap().responder;
    let error = answer.item(&too_long()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidRequest);
    assert!(error.message.contains("longer than the limit of 64000"), "{}", error.message);
    answer.item(&1).await.unwrap();
    answer.end(too_long());
    pair.to_host();
    assert_eq!(call.next().await, CallEvent::Item(1.into()), "the call went on");
    let CallEvent::Error(error) = call.next().await else { panic!("it ended well") };
    assert_eq!(error.kind, ErrorKind::InvalidRequest);

    let bye = Message::Bye(Bye { error: Some("x".repeat(SIZES.value)) });
    assert!(matches!(pair.plugin.send(&bye), Err(SendError::TooLong { .. })));
}

#[tokio::test]
async fn pieces_of_several_messages_may_mix() {
    let pair = small();
    let mut call = pair.host.open(agent(), None, None).unwrap();
    let id = call.id();
    let first = format!(r#"{{"type":"item","id":{id},"value":"first"}}"#);
    let second = format!(r#"{{"type":"item","id":{id},"value":"second"}}"#);
    for piece in [
        chunk(1, &first[..10], false),
        chunk(2, &second[..20], false),
        format!(r#"{{"type":"item","id":{id},"value":"between"}}"#).into_bytes(),
        chunk(2, &second[20..], true),
        chunk(1, &first[10..], true),
    ] {
        assert!(matches!(pair.host.receive(&piece), Received::Handled));
    }
    for expected in ["between", "second", "first"] {
        assert_eq!(call.next().await, CallEvent::Item(expected.into()));
    }
    assert!(pair.host.shared.nothing_unfinished());
}

#[test]
fn a_message_in_pieces_that_can_not_be_understood_is_answered() {
    let pair = small();
    assert!(matches!(pair.host.receive(&chunk(1, "not ", false)), Received::Handled));
    assert!(matches!(pair.host.receive(&chunk(1, "json", true)), Received::Rejected(_)));
    let answers = pair.to_plugin.drain();
    assert_eq!(answers.len(), 1);
    assert!(answers[0].starts_with(br#"{"type":"rejected""#));
}

#[test]
fn a_message_in_pieces_that_is_too_long_is_a_violation() {
    let pair = small();
    let piece = "x".repeat(SIZES.value / 8);
    for _ in 0..8 {
        assert!(matches!(pair.host.receive(&chunk(1, &piece, false)), Received::Handled));
    }
    assert!(violation(pair.host.receive(&chunk(1, "x", true))).contains("longer than the limit"));
}

#[test]
fn what_is_unfinished_is_bounded_in_bytes_and_in_number() {
    let bytes = small();
    let piece = "x".repeat(SIZES.unfinished / 32);
    for message in 0..32 {
        assert!(matches!(bytes.host.receive(&chunk(message, &piece, false)), Received::Handled));
    }
    violation(bytes.host.receive(&chunk(32, "x", false)));

    let number = small();
    for message in 0..MAX_UNFINISHED as u64 {
        assert!(matches!(number.host.receive(&chunk(message, "x", false)), Received::Handled));
    }
    violation(number.host.receive(&chunk(u64::MAX, "x", false)));
}

#[test]
fn pieces_of_pieces_are_a_violation() {
    let pair = small();
    let inner = String::from_utf8(chunk(2, "{}", true)).unwrap();
    violation(pair.host.receive(&chunk(1, &inner, true)));
}

#[test]
fn what_is_unfinished_goes_with_the_session() {
    let pair = small();
    pair.host.receive(&chunk(1, "x", false));
    pair.host.close("over");
    assert!(pair.host.shared.nothing_unfinished());
    pair.host.receive(&chunk(2, "x", false));
    assert!(pair.host.shared.nothing_unfinished());
}

#[tokio::test]
async fn an_answer_of_too_many_small_values_fails_its_call_unread() {
    let pair = pair(Limits::default());
    let mut call = pair.host.open(agent(), None, None).unwrap();
    let heavy = r#"{"":0},"#.repeat(500_000);
    pair.host.receive(format!(r#"{{"type":"end","id":{},"value":[{heavy}0]}}"#, call.id()).as_bytes());
    let CallEvent::Error(error) = call.next().await else { panic!("it was read") };
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("too many"), "{}", error.message);
}
