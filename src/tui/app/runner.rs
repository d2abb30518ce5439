//! Does what the model wants from the host: one task per question and per followed stream, answers through bounded
//! channels.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use crate::event::StreamId;
use crate::orchestrator::api::{Command, Facade, Feed, Query};
use crate::tui::message::Message;

/// How many answers may wait.
const ANSWERS: usize = 64;
/// How many batches of events may wait. A full channel stops the feeds, which lose nothing.
const BATCHES: usize = 4;
/// The most events in a batch: what is taken in before keys and frames have their turn again.
const BATCH: usize = 256;
/// How long leaving waits for commands that were given.
const PATIENCE: Duration = Duration::from_secs(3);

pub(in crate::tui) struct Runner {
    facade: Arc<dyn Facade>,
    pub answers: mpsc::Receiver<Message>,
    pub events: mpsc::Receiver<Message>,
    answer_sender: mpsc::Sender<Message>,
    event_sender: mpsc::Sender<Message>,
    questions: JoinSet<()>,
    commands: JoinSet<()>,
    feeds: HashMap<StreamId, AbortHandle>,
    feed_tasks: JoinSet<()>,
}

impl Runner {
    pub fn new(facade: Arc<dyn Facade>) -> Self {
        let (answer_sender, answers) = mpsc::channel(ANSWERS);
        let (event_sender, events) = mpsc::channel(BATCHES);
        Runner {
            facade,
            answers,
            events,
            answer_sender,
            event_sender,
            questions: JoinSet::new(),
            commands: JoinSet::new(),
            feeds: HashMap::new(),
            feed_tasks: JoinSet::new(),
        }
    }

    pub fn ask(&mut self, query: Query) {
        self.ask_later(query, Duration::ZERO);
    }

    pub fn ask_later(&mut self, query: Query, after: Duration) {
        let (facade, sender) = (Arc::clone(&self.facade), self.answer_sender.clone());
        forget_finished(&mut self.questions);
        self.questions.spawn(async move {
            tokio::time::sleep(after).await;
            let answer = facade.query(query.clone()).await;
            // Nobody listens any more when the workbench closes.
            let _ = sender.send(Message::Answered { query, answer }).await;
        });
    }

    pub fn command(&mut self, command: Command) {
        let (facade, sender) = (Arc::clone(&self.facade), self.answer_sender.clone());
        forget_finished(&mut self.commands);
        self.commands.spawn(async move {
            let result = facade.command(command.clone()).await;
            let _ = sender.send(Message::Done { command, result }).await;
        });
    }

    /// Follows a stream until it ends or [`unfollow`](Self::unfollow).
    pub fn follow(&mut self, stream: StreamId, from_seq: u64) {
        self.unfollow(stream);
        forget_finished(&mut self.feed_tasks);
        let feed = self.facade.subscribe(stream, from_seq);
        let task = self.feed_tasks.spawn(pump(feed, stream, self.event_sender.clone()));
        self.feeds.insert(stream, task);
    }

    pub fn unfollow(&mut self, stream: StreamId) {
        if let Some(task) = self.feeds.remove(&stream) {
            task.abort();
        }
    }

    /// Ends everything; commands that were given have a while to be done.
    pub async fn finish(&mut self) {
        self.feed_tasks.abort_all();
        self.questions.abort_all();
        // Their answers are not read any more: a full channel must not hold them up.
        self.answers.close();
        let done = async { while self.commands.join_next().await.is_some() {} };
        // What takes longer is the host's to end.
        let _ = tokio::time::timeout(PATIENCE, done).await;
    }
}

fn forget_finished(tasks: &mut JoinSet<()>) {
    while tasks.try_join_next().is_some() {}
}

async fn pump(mut feed: Box<dyn Feed>, stream: StreamId, sender: mpsc::Sender<Message>) {
    while let Some(events) = feed.next().await {
        for batch in events.chunks(BATCH) {
            if sender.send(Message::Events { stream, events: batch.to_vec() }).await.is_err() {
                return;
            }
        }
    }
}
