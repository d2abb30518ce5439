//! The one task that owns a child.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use orchestrator_protocol::frame::{FrameCodec, FrameError};
use orchestrator_protocol::session::LogLevel;
use serde_json::{Map, Value};
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet, coop};
use tokio::time::timeout;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;

use super::exit;
use super::private::PrivateDir;
use super::process::Supervisor;
use crate::runtime::session::Session;
use crate::runtime::supervise::{Refused, Report};

/// How long a child may take to end by itself once it was told that nothing more comes.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long after the end of the stream the supervisor may take to say why.
const EXIT_FOLLOWS: Duration = Duration::from_secs(2);
/// How long after a child's end something else may hold its descriptors open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How a child's end went; nothing, before it.
pub(super) type Gone = Option<Result<(), String>>;

/// A child, from its start to its end.
pub(super) struct Conduct {
    pub(super) session: Arc<Session>,
    pub(super) supervisor: Supervisor,
    pub(super) frames: FramedRead<OwnedReadHalf, FrameCodec>,
    pub(super) writer: JoinHandle<Result<(), FrameError>>,
    /// Set when the writer has nothing more to wait for.
    pub(super) over: CancellationToken,
    /// The readers of what the child prints.
    pub(super) printed: JoinSet<()>,
    /// Removed when nobody is left who could write there.
    pub(super) private: PrivateDir,
    /// Set when the child is to be killed.
    pub(super) kill: CancellationToken,
    /// Told the plugin's process id.
    pub(super) started: Option<oneshot::Sender<u32>>,
    pub(super) gone: watch::Sender<Gone>,
}

/// What is to be done with the processes.
enum After {
    /// Nothing but to clean up: the plugin's own has ended.
    Ended,
    LetEnd,
    Kill,
}

impl Conduct {
    /// Takes the child's messages in until it or its session is over, then sees to it that nothing is left of it.
    pub(super) async fn run(mut self) {
        let outcome = match self.follow().await {
            After::Ended => Ok(()),
            After::LetEnd => self.let_end().await,
            After::Kill => {
                self.supervisor.kill().await;
                Ok(())
            }
        };
        self.writer.abort();
        // A child that is still writing sees that nobody reads.
        drop(self.frames);
        self.supervisor.end().await;
        // The streams end with the last process; one that got away must not hold us up.
        let rest = async { while self.printed.join_next().await.is_some() {} };
        let _ = timeout(LAST_WORDS, rest).await;
        // As far as the runtime still does such work; what stays is removed at the next start.
        let private = self.private;
        let _ = tokio::task::spawn_blocking(move || drop(private)).await;
        self.gone.send_replace(Some(outcome));
    }

    async fn follow(&mut self) -> After {
        let mut ended = self.session.ended();
        loop {
            let over = async {
                // The session is held here; it can't be gone.
                let _ = ended.wait_for(Option::is_some).await;
            };
            tokio::select! {
                biased;
                () = self.kill.cancelled() => return After::Kill,
                () = over => return After::LetEnd,
                report = self.supervisor.report() => match report {
                    Some(Report::Started(process)) => self.tell_started(process),
                    Some(Report::Refused(what)) => tell_refused(&self.session, &what),
                    end @ (Some(Report::Exited(_) | Report::Signalled(_) | Report::NotStarted(_)) | None) => {
                        return self.process_ended(end).await;
                    }
                },
                frame = self.frames.next() => match frame {
                    Some(Ok(message)) => self.session.receive(&message),
                    Some(Err(error @ FrameError::TooLong { .. })) => {
                        let reason = format!("what it sent on descriptor 3 is no message: {error}");
                        self.session.complain(&reason);
                        self.session.end(&reason);
                        return After::Kill;
                    }
                    // Cut off is also what a process that was killed was about to say.
                    Some(Err(FrameError::CutOff | FrameError::Io(_))) | None => return self.closed().await,
                },
                _ = &mut self.writer => return self.closed().await,
            }
            // A child that always has something to say leaves the other tasks their turn.
            coop::consume_budget().await;
        }
    }

    fn tell_started(&mut self, process: u32) {
        if let Some(started) = self.started.take() {
            // Whoever waited may have given up.
            let _ = started.send(process);
        }
    }

    /// The plugin's process is over; what it sent last is still taken in.
    async fn process_ended(&mut self, end: Option<Report>) -> After {
        let rest = async {
            while let Some(Ok(message)) = self.frames.next().await {
                self.session.receive(&message);
            }
        };
        let _ = timeout(LAST_WORDS, rest).await;
        let reason = end.as_ref().and_then(exit::words);
        self.session.end(reason.as_deref().unwrap_or("its supervisor ended, and its process was killed with it"));
        After::Ended
    }

    /// The stream has ended: most often because the process has, which the supervisor will say.
    async fn closed(&mut self) -> After {
        let end = async {
            loop {
                match self.supervisor.report().await {
                    Some(Report::Started(_)) => {}
                    Some(Report::Refused(what)) => tell_refused(&self.session, &what),
                    end @ (Some(Report::Exited(_) | Report::Signalled(_) | Report::NotStarted(_)) | None) => {
                        return end;
                    }
                }
            }
        };
        match timeout(EXIT_FOLLOWS, end).await {
            Ok(end) => self.process_ended(end).await,
            Err(_) => {
                self.session.end("it closed its connection to the host, descriptor 3, and went on without it");
                After::Kill
            }
        }
    }

    /// The session is over. The child sees the end of its stream, and may end by itself; what it still says does not
    /// count.
    async fn let_end(&mut self) -> Result<(), String> {
        self.over.cancel();
        let session = self.session.clone();
        let end = async {
            let mut open = true;
            loop {
                tokio::select! {
                    biased;
                    report = self.supervisor.report() => match report {
                        Some(Report::Started(_)) => {}
                        Some(Report::Refused(what)) => tell_refused(&session, &what),
                        Some(Report::Exited(_) | Report::Signalled(_) | Report::NotStarted(_)) | None => return,
                    },
                    frame = self.frames.next(), if open => open = matches!(frame, Some(Ok(_))),
                }
            }
        };
        let ended = tokio::select! {
            biased;
            () = self.kill.cancelled() => None,
            ended = timeout(FAREWELL, end) => Some(ended),
        };
        match ended {
            None => {
                self.supervisor.kill().await;
                Ok(())
            }
            Some(Ok(())) => Ok(()),
            Some(Err(_)) => Err("its process did not end by itself, and was ended".to_owned()),
        }
    }
}

fn tell_refused(session: &Session, what: &Refused) {
    // What tells it from other lines, for whoever keeps account of refusals.
    let fields = match what {
        Refused::Call(_) => Map::from_iter([("refused".to_owned(), Value::Bool(true))]),
        Refused::More(_) => Map::new(),
    };
    session.tell_with(LogLevel::Warning, what.to_string(), fields);
}
