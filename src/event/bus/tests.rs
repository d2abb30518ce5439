use futures_util::FutureExt;
use orchestrator_protocol::session::LogLevel;

use super::*;
use crate::event::{Event, EventKind, RunId, RunStatus};

const RUN: StreamId = StreamId::Run(RunId(1));

fn start() -> (Bus, Arc<MemoryJournal>) {
    let journal = Arc::new(MemoryJournal::default());
    (Bus::start(journal.clone()), journal)
}

fn output(stream: StreamId, text: &str) -> Draft {
    Draft::new(stream, EventKind::AgentOutput { agent: "a".into(), items: vec![text.into()] })
}

fn log(stream: StreamId, message: &str) -> Draft {
    Draft::new(
        stream,
        EventKind::PluginLog { level: LogLevel::Info, message: message.into(), fields: Default::default() },
    )
}

fn finished(stream: StreamId) -> Draft {
    Draft::new(stream, EventKind::RunFinished { status: RunStatus::Completed, reason: None, duration_us: 1 })
}

async fn emit_many(bus: &Bus, stream: StreamId, count: u64) {
    for n in 0..count {
        bus.emit(output(stream, &n.to_string())).await;
    }
}

async fn numbers_to_the_end(mut feed: Subscription) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(events) = feed.next().await {
        assert!(!events.is_empty());
        numbers.extend(events.iter().map(|event| event.seq));
    }
    numbers
}

#[tokio::test]
async fn events_are_numbered_from_1_per_stream_and_spans_too() {
    let (bus, _journal) = start();
    assert_eq!(bus.emit(output(RUN, "x")).await, 1);
    assert_eq!(bus.emit(output(RUN, "y")).await, 2);
    assert_eq!(bus.emit(output(StreamId::Host, "z")).await, 1);
    assert_eq!((bus.new_span(RUN), bus.new_span(RUN), bus.new_span(StreamId::Host)), (SpanId(1), SpanId(2), SpanId(1)));
    bus.close().await;
}

#[tokio::test]
async fn close_returns_when_everything_is_in_the_journal_and_ends_the_subscriptions() {
    let (bus, journal) = start();
    let feed = bus.subscribe(RUN, 1);
    emit_many(&bus, RUN, 3000).await;
    bus.close().await;
    let stored: Vec<u64> = journal.stored(RUN).iter().map(|event| event.seq).collect();
    assert_eq!(stored, (1..=3000).collect::<Vec<_>>());
    assert_eq!(numbers_to_the_end(feed).await, stored);
    assert_eq!(bus.emit(output(RUN, "late")).await, 3000, "a closed bus refuses");
    bus.close().await;
}

#[tokio::test]
async fn a_subscriber_who_comes_late_gets_what_left_memory_from_the_journal() {
    let (bus, _journal) = start();
    emit_many(&bus, RUN, 9000).await;
    bus.emit(finished(RUN)).await;
    let middle = bus.subscribe(RUN, 4500);
    let all = bus.subscribe(RUN, 1);
    let (middle, all) = tokio::join!(numbers_to_the_end(middle), numbers_to_the_end(all));
    assert_eq!(all, (1..=9001).collect::<Vec<_>>());
    assert_eq!(middle, (4500..=9001).collect::<Vec<_>>());
    bus.close().await;
}

#[tokio::test]
async fn a_subscriber_who_does_not_read_holds_nobody_up_and_loses_nothing() {
    let (bus, _journal) = start();
    let mut slow = bus.subscribe(RUN, 1);
    bus.emit(output(RUN, "first")).await;
    let first = slow.next().await.unwrap();
    let emitter = tokio::spawn({
        let bus = bus.clone();
        async move {
            emit_many(&bus, RUN, 20_000).await;
            bus.emit(finished(RUN)).await;
        }
    });
    emitter.await.unwrap();
    let mut numbers: Vec<u64> = first.iter().map(|event| event.seq).collect();
    numbers.extend(numbers_to_the_end(slow).await);
    assert_eq!(numbers, (1..=20_002).collect::<Vec<_>>());
    bus.close().await;
}

#[tokio::test]
async fn a_cancelled_next_loses_nothing_and_gets_on() {
    let (bus, _journal) = start();
    emit_many(&bus, RUN, 6000).await;
    bus.emit(finished(RUN)).await;
    let mut feed = bus.subscribe(RUN, 1);
    let mut numbers = Vec::new();
    loop {
        // Polled once and dropped, again and again: also while the journal is being read.
        match feed.next().now_or_never() {
            None => tokio::task::yield_now().await,
            Some(None) => break,
            Some(Some(events)) => numbers.extend(events.iter().map(|event| event.seq)),
        }
    }
    assert_eq!(numbers, (1..=6001).collect::<Vec<_>>());
    bus.close().await;
}

#[tokio::test]
async fn nothing_comes_after_the_end_of_a_run() {
    let (bus, journal) = start();
    bus.emit(output(RUN, "x")).await;
    assert_eq!(bus.emit(finished(RUN)).await, 2);
    assert_eq!(bus.emit(output(RUN, "late")).await, 2);
    assert_eq!(bus.emit(finished(RUN)).await, 2);
    assert!(!bus.try_emit(log(RUN, "late")));
    assert_eq!(bus.subscribe(RUN, 3).next().await, None);
    bus.close().await;
    assert_eq!(journal.stored(RUN).len(), 2);
}

#[tokio::test]
async fn a_run_that_left_memory_is_still_refused_and_still_readable() {
    let (bus, _journal) = start();
    for id in 1..=200 {
        bus.emit(output(StreamId::Run(RunId(id)), "x")).await;
        bus.emit(finished(StreamId::Run(RunId(id)))).await;
    }
    bus.close().await;
    assert!(bus.inner.registry.find(RUN).is_none(), "the first of 200 runs is still in memory");
    assert_eq!(bus.inner.registry.open(RUN).err(), Some(2));
    assert_eq!(numbers_to_the_end(bus.subscribe(RUN, 1)).await, [1, 2]);
}

#[tokio::test]
async fn a_run_of_another_process_is_followed_through_the_journal() {
    let (bus, journal) = start();
    let event = |seq, kind| Event {
        v: 1,
        stream: RUN,
        seq,
        time: crate::event::Timestamp::now(),
        span: None,
        parent: None,
        plugin: None,
        kind,
    };
    let mut feed = bus.subscribe(RUN, 1);
    assert!(feed.next().now_or_never().is_none());
    journal.append(&[Record::Event(Arc::new(event(1, output(RUN, "x").kind)))]).unwrap();
    assert_eq!(feed.next().await.unwrap()[0].seq, 1);
    journal.append(&[Record::Event(Arc::new(event(2, finished(RUN).kind)))]).unwrap();
    assert_eq!(feed.next().await.unwrap()[0].seq, 2);
    assert_eq!(feed.next().await, None);
    assert_eq!(bus.subscribe(RUN, 7).next().await, None, "nothing comes after the end of a stored run");
    bus.close().await;
}

#[tokio::test]
async fn a_subscriber_may_be_there_before_the_run() {
    let (bus, _journal) = start();
    let feed = tokio::spawn(numbers_to_the_end(bus.subscribe(RUN, 1)));
    tokio::task::yield_now().await;
    emit_many(&bus, RUN, 10).await;
    bus.emit(finished(RUN)).await;
    assert_eq!(feed.await.unwrap(), (1..=11).collect::<Vec<_>>());
    bus.close().await;
}

#[tokio::test]
async fn concurrent_emitters_get_numbers_without_gaps_in_stored_order() {
    let (bus, journal) = start();
    let emitters: Vec<_> = (0..8)
        .map(|_| {
            let bus = bus.clone();
            tokio::spawn(async move { emit_many(&bus, RUN, 500).await })
        })
        .collect();
    for emitter in emitters {
        emitter.await.unwrap();
    }
    bus.close().await;
    let stored: Vec<u64> = journal.stored(RUN).iter().map(|event| event.seq).collect();
    assert_eq!(stored, (1..=4000).collect::<Vec<_>>());
}

#[tokio::test]
async fn dropped_logs_are_counted_and_told_before_the_end_of_their_run() {
    let (bus, journal) = start();
    // Takes all the room, as a journal that hangs would in time.
    let room = bus.inner.outbox.try_acquire(usize::MAX).unwrap();
    assert!(!bus.try_emit(log(RUN, "one")));
    assert!(!bus.try_emit(log(RUN, "two")));
    drop(room);
    bus.emit(finished(RUN)).await;
    bus.close().await;
    let stored = journal.stored(RUN);
    let EventKind::PluginLog { message, .. } = &stored[0].kind else { panic!("{stored:?}") };
    assert!(message.starts_with("2 log lines were dropped"), "{message}");
    assert!(matches!(stored[1].kind, EventKind::RunFinished { .. }));
}

#[tokio::test]
async fn emit_waits_for_room_and_a_cancelled_one_never_happened() {
    let (bus, journal) = start();
    let room = bus.inner.outbox.try_acquire(usize::MAX).unwrap();
    assert!(bus.emit(output(RUN, "cancelled")).now_or_never().is_none());
    drop(room);
    assert_eq!(bus.emit(output(RUN, "kept")).await, 1);
    bus.close().await;
    assert_eq!(journal.stored(RUN).len(), 1);
}

#[tokio::test]
async fn a_journal_that_fails_stops_no_run_and_is_told() {
    let (bus, journal) = start();
    journal.set_broken(true);
    let mut host = bus.subscribe(StreamId::Host, 1);
    emit_many(&bus, RUN, 5000).await;
    bus.emit(finished(RUN)).await;
    assert_eq!(numbers_to_the_end(bus.subscribe(RUN, 1)).await, (1..=5001).collect::<Vec<_>>());
    let told = host.next().await.unwrap();
    let EventKind::PluginLog { level: LogLevel::Error, message, .. } = &told[0].kind else { panic!("{told:?}") };
    assert!(message.contains("the disk is full"), "{message}");
    journal.set_broken(false);
    bus.close().await;
    assert_eq!(journal.stored(RUN).len(), 5001, "what could not be written at once is written later");
}

#[tokio::test]
async fn what_a_failing_journal_makes_wait_is_bounded_and_the_loss_is_told() {
    let (bus, journal) = start();
    journal.set_broken(true);
    // Twice of what may wait.
    let text = "x".repeat(64 * 1024);
    for _ in 0..1024 {
        bus.emit(output(RUN, &text)).await;
    }
    bus.emit(finished(RUN)).await;
    journal.set_broken(false);
    let mut host = bus.subscribe(StreamId::Host, 2);
    let told = host.next().await.unwrap();
    let EventKind::PluginLog { level: LogLevel::Info, message, .. } = &told[0].kind else { panic!("{told:?}") };
    bus.close().await;
    let stored: Vec<u64> = journal.stored(RUN).iter().map(|event| event.seq).collect();
    let lost = 1025 - stored.len();
    // The host's event that told of the failure was the first to go.
    assert!(message.contains(&format!("{} events are missing", lost + 1)), "{message}");
    assert!(lost > 0 && stored.len() > 128, "{lost} of 1025 events are lost");
    assert_eq!(stored, (lost as u64 + 1..=1025).collect::<Vec<_>>(), "the oldest are given up");
    assert_eq!(numbers_to_the_end(bus.subscribe(RUN, 1)).await, stored, "a follower goes on after the gap");
}

#[tokio::test]
async fn a_body_is_kept_up_to_its_limit_and_cut_between_characters() {
    let (bus, journal) = start();
    let small = bus.keep_body(b"{}".to_vec()).await;
    assert_eq!((small.bytes, small.truncated), (2, false));
    // Two bytes each, and one byte before: the limit is in the middle of one.
    let text = format!("x{}", "ä".repeat(BODY_LIMIT));
    let large = bus.keep_body(text.clone().into_bytes()).await;
    // Whoever sees its event first need not wait for the commit.
    let at_once = bus.waiting_body(&small.hash).map(|bytes| bytes.to_vec()).or_else(|| journal.body(&small.hash));
    assert_eq!(at_once.unwrap(), b"{}");
    assert_eq!((large.bytes, large.truncated), (text.len() as u64, true));
    bus.close().await;
    assert_eq!(bus.waiting_body(&small.hash), None);
    assert_eq!(journal.body(&small.hash).unwrap(), b"{}");
    let kept = journal.body(&large.hash).unwrap();
    assert_eq!(kept.len(), BODY_LIMIT - 1);
    assert!(text.starts_with(std::str::from_utf8(&kept).unwrap()));
    assert_eq!(ContentHash::of(&kept), large.hash);
}

#[tokio::test]
async fn what_is_not_in_the_journal_yet_is_still_in_memory() {
    let journal = Arc::new(MemoryJournal::default());
    journal.set_broken(true);
    let bus = Bus::start(journal);
    for text in ["a", "b", "c"] {
        bus.emit(output(StreamId::Host, text)).await;
    }
    let seqs = |from_seq, limit| bus.recent(StreamId::Host, from_seq, limit).iter().map(|event| event.seq).collect();
    let all: [Vec<u64>; 4] =
        [seqs(1, 9), seqs(2, 1), seqs(4, 9), bus.recent(RUN, 1, 9).iter().map(|e| e.seq).collect()];
    assert_eq!(all, [vec![1, 2, 3], vec![2], vec![], vec![]]);
}
