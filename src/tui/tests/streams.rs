//! What goes on between the workbench and the host.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::facade::FakeFacade;
use super::fixture::{RUN, Story};
use crate::event::StreamId;
use crate::orchestrator::api::{Command, Query};
use crate::tui::app::Runner;
use crate::tui::message::Message;

#[tokio::test]
async fn questions_and_commands_are_answered() {
    let facade = Arc::new(FakeFacade::default());
    let mut runner = Runner::new(facade.clone());
    runner.ask(Query::Snapshot);
    let answer = runner.answers.recv().await;
    assert!(matches!(answer, Some(Message::Answered { query: Query::Snapshot, answer: Ok(_) })));
    runner.command(Command::AcceptPermissionsFile { seen: None });
    let done = runner.answers.recv().await;
    assert!(matches!(done, Some(Message::Done { result: Ok(_), .. })));
}

#[tokio::test]
async fn leaving_waits_for_commands_that_were_given() {
    let facade = Arc::new(FakeFacade::default());
    let mut runner = Runner::new(facade.clone());
    // More than the channel of answers holds, and nobody reads them.
    for _ in 0..200 {
        runner.command(Command::AcceptPermissionsFile { seen: None });
    }
    runner.finish().await;
    assert_eq!(facade.commands.lock().unwrap().len(), 200);
}

#[tokio::test]
async fn a_flood_waits_at_the_feed_and_comes_in_bounded_batches_in_order() {
    let facade = Arc::new(FakeFacade::default());
    let (sender, receiver) = mpsc::channel(1);
    facade.streams.lock().unwrap().push((StreamId::Run(RUN), receiver));
    let mut runner = Runner::new(facade);
    runner.follow(StreamId::Run(RUN), 1);
    let mut story = Story::of(RUN);
    for _ in 0..5_000 {
        story.output(1, 1, "line\n");
    }
    let events = story.events();
    sender.send(events).await.unwrap();
    drop(sender);
    let mut seen = 0;
    while seen < 5_000 {
        assert!(runner.events.len() <= 4, "what is not taken waits where it came from");
        let Some(Message::Events { events, .. }) = runner.events.recv().await else { panic!("ended at {seen}") };
        assert!(events.len() <= 256);
        for event in events {
            seen += 1;
            assert_eq!(event.seq, seen);
        }
    }
}

#[tokio::test]
async fn nothing_comes_from_a_stream_that_is_not_followed_any_more() {
    let facade = Arc::new(FakeFacade::default());
    let (sender, receiver) = mpsc::channel(1);
    facade.streams.lock().unwrap().push((StreamId::Run(RUN), receiver));
    let mut runner = Runner::new(facade);
    runner.follow(StreamId::Run(RUN), 1);
    runner.unfollow(StreamId::Run(RUN));
    sender.closed().await;
    assert!(runner.events.is_empty());
}
