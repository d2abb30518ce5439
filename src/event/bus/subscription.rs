//! Following a stream at one's own pace.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::live::{Live, Recent};
use super::registry::Registry;
use super::{Journal, JournalError, Page};
use crate::event::{Event, EventKind, StreamId};

/// Events per delivery.
const DELIVERY: usize = 512;
/// How often the journal is asked for news of a stream of another process.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// How often in a row the journal may fail before what it has is taken as unreadable.
const READ_ATTEMPTS: u32 = 10;

/// A stream being followed: each event exactly once and in order. Only a journal that can't be written or read makes
/// it skip events. Dropping it ends it.
pub struct Subscription {
    stream: StreamId,
    /// The number of the next event to deliver.
    next_seq: u64,
    over: bool,
    registry: Arc<Registry>,
    journal: Arc<dyn Journal>,
    alive: watch::Receiver<()>,
    /// The stream and its bell, once it is known to be of this process.
    live: Option<(Arc<Live>, watch::Receiver<u64>)>,
    /// A read of the journal under way. Kept here so that a cancelled `next` does not lose the work.
    reading: Option<JoinHandle<Result<Page, JournalError>>>,
    failures: u32,
    /// Not before this is the journal asked again.
    poll_at: Option<Instant>,
}

impl Subscription {
    pub(super) fn new(
        stream: StreamId,
        from_seq: u64,
        registry: Arc<Registry>,
        journal: Arc<dyn Journal>,
        alive: watch::Receiver<()>,
    ) -> Self {
        Subscription {
            stream,
            next_seq: from_seq.max(1),
            over: false,
            registry,
            journal,
            alive,
            live: None,
            reading: None,
            failures: 0,
            poll_at: None,
        }
    }

    /// The next events, as many as are ready, at least one. `None` after a run's `run_finished`, and when the bus is
    /// closed and everything was delivered. Safe to cancel: what was not returned comes with the next call. Needs a
    /// tokio runtime.
    pub async fn next(&mut self) -> Option<Vec<Arc<Event>>> {
        while !self.over {
            // Looked at before the events: what was emitted before the end must still be seen.
            let is_closed = self.alive.has_changed().is_err();
            self.find_live();
            let recent = match &mut self.live {
                Some((live, bell)) => {
                    bell.mark_unchanged();
                    Some(live.recent(self.next_seq, DELIVERY))
                }
                None => None,
            };
            match recent {
                Some(Recent::Events(events)) => return Some(self.deliver(events)),
                Some(Recent::Over) => self.over = true,
                Some(Recent::NothingYet) if is_closed => self.over = true,
                Some(Recent::NothingYet) => self.wait_for_bell().await,
                Some(Recent::StartsAt(first)) => match self.read().await {
                    Some(page) if !page.events.is_empty() => return Some(self.deliver_page(page)),
                    // The journal does not have them: they were given up while it could not be written.
                    Some(_) => self.next_seq = first,
                    None if self.failures >= READ_ATTEMPTS => self.skip_unreadable(first),
                    None => self.wait_for_poll().await,
                },
                None => match self.read().await {
                    Some(page) if !page.events.is_empty() => return Some(self.deliver_page(page)),
                    Some(page) if page.is_last || is_closed => self.over = true,
                    None if self.failures >= READ_ATTEMPTS || is_closed => self.over = true,
                    Some(_) | None => self.wait_for_poll().await,
                },
            }
        }
        None
    }

    fn find_live(&mut self) {
        if self.live.is_none() {
            self.live = self.registry.find(self.stream).map(|live| {
                let bell = live.bell();
                (live, bell)
            });
        }
    }

    fn deliver_page(&mut self, page: Page) -> Vec<Arc<Event>> {
        self.over = page.is_last;
        self.deliver(page.events.into_iter().map(Arc::new).collect())
    }

    fn deliver(&mut self, events: Vec<Arc<Event>>) -> Vec<Arc<Event>> {
        // A read that was begun before these came from memory would bring them again.
        self.reading = None;
        if let Some(last) = events.last() {
            self.next_seq = last.seq + 1;
            self.over |= matches!(last.kind, EventKind::RunFinished { .. });
        }
        events
    }

    /// Asks the journal, on a blocking thread. `None` if it failed, which is counted and logged.
    async fn read(&mut self) -> Option<Page> {
        let (journal, stream, from_seq) = (&self.journal, self.stream, self.next_seq);
        let reading = self.reading.get_or_insert_with(|| {
            let journal = journal.clone();
            tokio::task::spawn_blocking(move || journal.read(stream, from_seq, DELIVERY))
        });
        let result = reading.await;
        self.reading = None;
        let error = match result {
            Ok(Ok(page)) => {
                self.failures = 0;
                return Some(page);
            }
            Ok(Err(error)) => error,
            Err(error) => JournalError::new(error),
        };
        self.failures += 1;
        tracing::warn!(%error, stream = %self.stream, from_seq = self.next_seq, "stored events can't be read");
        None
    }

    fn skip_unreadable(&mut self, first: u64) {
        self.next_seq = first;
        self.failures = 0;
    }

    async fn wait_for_bell(&mut self) {
        let Some((_, bell)) = &mut self.live else { return };
        tokio::select! {
            biased;
            // The bell can't be gone: the stream that rings it is held here.
            _ = bell.changed() => {}
            _ = self.alive.changed() => {}
        }
    }

    async fn wait_for_poll(&mut self) {
        let at = *self.poll_at.get_or_insert_with(|| Instant::now() + POLL_EVERY);
        tokio::select! {
            biased;
            _ = tokio::time::sleep_until(at) => {}
            _ = self.alive.changed() => {}
        }
        self.poll_at = None;
    }
}
