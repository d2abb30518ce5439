//! Any bytes as messages, for either side of a session. The fuzz target `messages` uses this file too.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use orchestrator_protocol::Credit;
use orchestrator_protocol::peer::{CallEvent, Closed, Limits, OpenCall, Outbox, Peer, Received};
use orchestrator_protocol::target::{ExecRequest, HostTarget, PluginTarget};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const LIMITS: Limits = Limits { calls: 8, calls_per_parent: 4 };
const CREDIT: Credit = Credit { items: 4, bytes: 1000 };
/// What an answer may be longer than the message that it answers.
const WORDS: usize = 4096;

/// Counts the bytes that are sent.
#[derive(Clone, Default)]
struct Sent(Arc<AtomicUsize>);

impl Outbox for Sent {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        self.0.fetch_add(message.len(), Ordering::Relaxed);
        Ok(())
    }
}

/// Checks that neither side panics or keeps more than it said, whatever messages it gets. They are separated by NUL,
/// which is in no message.
pub fn check(bytes: &[u8]) {
    check_side::<HostTarget, _>(bytes, || PluginTarget::Agent { name: "a".into(), request: Value::Null });
    check_side::<PluginTarget, _>(bytes, || {
        let (args, env) = (Vec::new(), [].into());
        HostTarget::Exec(ExecRequest { program: "true".into(), args, env, dir: None, stdin: None })
    });
}

fn check_side<In: DeserializeOwned, Out: Serialize>(bytes: &[u8], target: impl Fn() -> Out) {
    let sent = Sent::default();
    let peer: Peer<In, Out> = Peer::new(sent.clone(), LIMITS);
    // Calls of ours that the messages may answer, by their first numbers.
    let mut open: Vec<OpenCall> =
        (0..8).map(|_| peer.open_with(target(), None, None, CREDIT).expect("it is open")).collect();
    let mut serving = Vec::new();
    for message in bytes.split(|byte| *byte == 0) {
        let before = sent.0.load(Ordering::Relaxed);
        match peer.receive(message) {
            Received::Handled | Received::Session(_) | Received::Rejected(_) => {}
            Received::Call(call) => serving.push(call),
            Received::Violation(_) => break,
        }
        let answered = sent.0.load(Ordering::Relaxed) - before;
        assert!(answered <= message.len() + WORDS, "{answered} bytes answer {}", message.len());
        assert!(serving.len() <= LIMITS.calls, "more calls are open than the limit");
    }
    open.iter_mut().for_each(check_queue);
    // Every other one is answered, the rest is dropped.
    for (index, call) in serving.into_iter().enumerate() {
        if index % 2 == 0 {
            call.responder.end(Value::Null);
        }
    }
    peer.close("over");
    assert!(peer.open(target(), None, None).is_err());
}

/// No more waits for a call's consumer than it gave credit for. Nothing is given back meanwhile: nobody answers.
fn check_queue(call: &mut OpenCall) {
    let (mut items, mut bytes) = (0, 0);
    while let Poll::Ready(CallEvent::Item(value)) = poll(call) {
        items += 1;
        bytes += value.to_string().len() as u64;
    }
    assert!(items <= CREDIT.items, "{items} items were waiting");
    assert!(items <= 1 || bytes <= CREDIT.bytes, "{bytes} bytes were waiting");
}

fn poll(call: &mut OpenCall) -> Poll<CallEvent> {
    pin!(call.next()).poll(&mut Context::from_waker(Waker::noop()))
}
