//! The one thread on which a library is loaded and its messages are delivered.
//!
//! What blocks there, a constructor or a `receive`, blocks nothing else: messages wait in a queue that is bounded.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use futures_util::future::BoxFuture;
use orchestrator_protocol::abi::Status;
use orchestrator_protocol::peer::{Closed, Outbox};
use tokio::sync::{mpsc, oneshot};

use super::border::{self, Hooks, MessageSink, Receiver};
use crate::runtime::LoadError;
use crate::runtime::backlog::{self, Backlog};
use crate::runtime::live::{Transport, Usage};
use crate::runtime::session::Session;

enum Job {
    Message(Vec<u8>),
    End(oneshot::Sender<Result<(), String>>),
}

/// The way to the thread; a clone is the same.
#[derive(Clone)]
pub(super) struct Queue {
    jobs: mpsc::UnboundedSender<Job>,
    waiting: Arc<Backlog>,
}

/// The thread's end of the queue.
pub(super) struct Jobs {
    jobs: mpsc::UnboundedReceiver<Job>,
    waiting: Arc<Backlog>,
}

pub(super) fn queue() -> (Queue, Jobs) {
    let (sender, jobs) = mpsc::unbounded_channel();
    let waiting = Arc::new(Backlog::default());
    (Queue { jobs: sender, waiting: waiting.clone() }, Jobs { jobs, waiting })
}

impl Transport for Queue {
    fn is_busy(&self) -> bool {
        self.waiting.is_long()
    }

    fn written_off(&self, _: &str) {
        // Code in this process can't be ended; it is left alone.
    }

    fn process(&self) -> Option<u32> {
        None
    }

    fn usage(&self) -> Option<Usage> {
        None
    }

    fn kill(&self, reason: &str) {
        tracing::warn!(reason, "a plugin in the host's own process can't be killed; it is left as it is");
    }

    fn revoke(&self, reason: &str) {
        self.kill(reason);
    }

    fn end(&self) -> BoxFuture<'static, Result<(), String>> {
        let (done, ended) = oneshot::channel();
        // A thread that is gone has ended what it had.
        let _ = self.jobs.send(Job::End(done));
        Box::pin(async { ended.await.unwrap_or(Ok(())) })
    }
}

/// Puts a peer's messages into the queue.
pub(super) struct ToThread {
    pub(super) queue: Queue,
    pub(super) session: Weak<Session>,
}

impl Outbox for ToThread {
    fn send(&self, message: Vec<u8>) -> Result<(), Closed> {
        if !self.queue.waiting.add(message.len()) {
            // A lost message would leave a call waiting for ever; so the session is over, and says why.
            if let Some(session) = self.session.upgrade() {
                session.end(backlog::STOPPED);
            }
            return Err(Closed);
        }
        self.queue.jobs.send(Job::Message(message)).map_err(|_| Closed)
    }
}

/// Loads the library at `path` and makes an instance on a new thread, which then delivers messages until the end.
pub(super) fn start(
    path: PathBuf,
    session: &Arc<Session>,
    jobs: Jobs,
) -> std::io::Result<oneshot::Receiver<Result<Arc<Hooks>, LoadError>>> {
    let (created, outcome) = oneshot::channel();
    let session = Arc::downgrade(session);
    // Linux shows the first 15 bytes.
    let name = session.upgrade().map_or_else(|| "plugin".to_owned(), |session| session.name().to_string());
    std::thread::Builder::new().name(name).spawn(move || {
        match border::open(&path).and_then(|table| table.create(ToSession(session.clone()))) {
            Ok((receiver, hooks)) => {
                // Whoever waited may have given up; the queue then says that it is over.
                let _ = created.send(Ok(hooks));
                deliver(receiver, jobs, &session);
            }
            Err(error) => {
                let _ = created.send(Err(error));
            }
        }
    })?;
    Ok(outcome)
}

/// Takes the plugin's messages into its session.
struct ToSession(Weak<Session>);

impl MessageSink for ToSession {
    fn take(&self, message: &[u8]) -> Result<(), Closed> {
        let session = self.0.upgrade().filter(|session| !session.is_over()).ok_or(Closed)?;
        session.receive(message);
        Ok(())
    }
}

fn deliver(mut receiver: Receiver, mut jobs: Jobs, session: &Weak<Session>) {
    while let Some(job) = jobs.jobs.blocking_recv() {
        match job {
            Job::Message(message) => {
                jobs.waiting.taken(message.len());
                if let Some(reason) = refusal(receiver.deliver(&message))
                    && let Some(session) = session.upgrade()
                {
                    session.end(reason);
                }
            }
            Job::End(done) => {
                let _ = done.send(receiver.destroy());
                return;
            }
        }
    }
    // Everybody who could have said so is gone. What hinders the end is of no interest any more.
    let _ = receiver.destroy();
}

/// Why a plugin that answers a message with `status` can't be used any more.
pub(in crate::runtime) fn refusal(status: Option<Status>) -> Option<&'static str> {
    match status {
        Some(Status::Ok) => None,
        Some(Status::Closed) => Some("the plugin takes no more messages"),
        Some(Status::Invalid) => Some("the plugin refused a message as invalid"),
        Some(Status::Panicked) => Some("the plugin panicked while it took in a message"),
        None => Some("the plugin answered a message with an unknown status"),
    }
}
