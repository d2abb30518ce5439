//! The bus: numbers the events, keeps them through the journal, and hands them to whoever subscribed.
//!
//! An event is numbered and can be followed as soon as it is emitted ([`live`]); the recorder thread gives it to the
//! [`Journal`] within 50 ms ([`recorder`]). A subscriber pulls at its own pace: recent events from memory, older ones
//! from the journal ([`subscription`]). So emitters wait for the journal when it is slow, never for a subscriber.
//!
//! It must not know how the journal keeps what it is given, nor who emits or follows.

mod bodies;
mod drops;
mod journal;
mod live;
#[cfg(test)]
mod memory;
mod outbox;
mod recorder;
mod registry;
mod subscription;
#[cfg(test)]
mod tests;
mod weight;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use journal::{Journal, JournalError, Page, Record};
#[cfg(test)]
pub(crate) use memory::MemoryJournal;
pub use subscription::Subscription;

use self::bodies::Bodies;
use self::drops::Drops;
use self::live::Recent;
use self::outbox::{Outbox, Permit};
use self::recorder::Recorder;
use self::registry::Registry;
use self::weight::weight_of;
use super::hidden::{Held, Hidden};
use super::{BodyRef, ContentHash, Draft, Event, EventKind, SpanId, StreamId};

/// As much of a body as is kept, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The handle to the bus; clones are the same bus. Every method may be called from any thread.
#[derive(Clone)]
pub struct Bus {
    inner: Arc<Inner>,
}

struct Inner {
    outbox: Outbox,
    registry: Arc<Registry>,
    bodies: Arc<Bodies>,
    /// Masked in all that enters.
    hidden: Hidden,
    journal: Arc<dyn Journal>,
    drops: Drops,
    /// Its sender is the recorder's: when that is gone, so is the bus.
    alive: watch::Receiver<()>,
    recorder: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Bus {
    /// Starts the bus with its recorder thread. End it with [`Bus::close`]; if every handle is dropped instead, the
    /// recorder still writes what it has, but nobody waits for it.
    pub fn start(journal: Arc<dyn Journal>) -> Bus {
        let (outbox, inbox) = outbox::channel();
        let (alive_sender, alive) = watch::channel(());
        let registry = Arc::new(Registry::default());
        let bodies = Arc::new(Bodies::default());
        let bus = Bus {
            inner: Arc::new(Inner {
                outbox,
                registry: registry.clone(),
                bodies: bodies.clone(),
                hidden: Hidden::default(),
                journal: journal.clone(),
                drops: Drops::default(),
                alive,
                recorder: Mutex::new(None),
            }),
        };
        let recorder = Recorder::new(inbox, journal, registry, bodies, Arc::downgrade(&bus.inner), alive_sender);
        match std::thread::Builder::new().name("recorder".into()).spawn(move || recorder.run()) {
            Ok(handle) => *lock(&bus.inner.recorder) = Some(handle),
            // The recorder went with the closure, so the bus is closed from the start.
            Err(error) => tracing::error!(%error, "the recorder's thread can't be started; nothing can be recorded"),
        }
        bus
    }

    /// Masks these values, from now on, in every event and body, also for those who emitted them. Ones that are too
    /// short to be told from other text are left.
    pub fn hide(&self, secrets: &[String]) {
        self.inner.hidden.add(secrets);
    }

    /// A text that goes elsewhere than into an event, with known secrets masked.
    pub fn masked(&self, mut text: String) -> String {
        self.inner.hidden.mask_text(&mut text);
        text
    }

    /// The next pieces of a text that comes in pieces, with known secrets masked, also ones that are cut. What may be
    /// the beginning of one is in `held` until the next pieces, or until [`Bus::masked_rest`].
    pub fn masked_pieces(&self, held: &mut Held, pieces: &[String]) -> Vec<String> {
        self.inner.hidden.mask_pieces(held, pieces)
    }

    /// What `held` still has of a text that has ended, masked.
    pub fn masked_rest(&self, held: &mut Held) -> Option<String> {
        self.inner.hidden.rest(held)
    }

    /// The number of the stream's last event in this process; 0 if it has none.
    pub fn last_seq(&self, stream: StreamId) -> u64 {
        self.inner.registry.last_seq(stream)
    }

    /// Numbers and records an event, and returns its number. Waits while the recorder has too much before it; an
    /// event whose wait was cancelled never happened. After a run's `run_finished`, and after [`Bus::close`], the
    /// event is refused, which is logged, and the stream's last number is returned.
    pub async fn emit(&self, mut draft: Draft) -> u64 {
        self.inner.hidden.mask_event(&mut draft.kind);
        // What was dropped is told first, so that it still comes before a run's last event.
        while self.inner.drops.any() {
            let Some(permit) = self.inner.outbox.acquire(1).await else { break };
            let Some(notice) = self.inner.drops.take_one() else { break };
            self.inner.publish_notice(notice, permit);
        }
        let weight = weight_of(&draft.kind);
        match self.inner.outbox.acquire(weight).await {
            Some(permit) => self.inner.publish(draft, weight, permit).unwrap_or_else(|last| last),
            None => self.inner.registry.last_seq(draft.stream),
        }
    }

    /// Records an event only if that needs no waiting: for logs, whose writers must never wait. What is dropped is
    /// counted, and the count is told in a later `plugin_log`. Returns whether the event was recorded.
    pub fn try_emit(&self, mut draft: Draft) -> bool {
        self.inner.hidden.mask_event(&mut draft.kind);
        let weight = weight_of(&draft.kind);
        match self.inner.outbox.try_acquire(weight) {
            Some(permit) => self.inner.publish(draft, weight, permit).is_ok(),
            None => {
                self.inner.drops.count(draft.stream, draft.plugin);
                false
            }
        }
    }

    /// The stream's next span, counted from 1; 0 if the stream is a run that ended.
    pub fn new_span(&self, stream: StreamId) -> SpanId {
        SpanId(self.inner.registry.open(stream).map_or(0, |live| live.new_span()))
    }

    /// Keeps a body, at most [`BODY_LIMIT`] bytes of it, cut where a character starts. It is stored before any event
    /// that is emitted after this returned.
    pub async fn keep_body(&self, bytes: Vec<u8>) -> BodyRef {
        let mut bytes = self.inner.hidden.mask_bytes(bytes);
        let whole = bytes.len();
        if whole > BODY_LIMIT {
            let is_continuation = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
            // A character has at most three continuation bytes; what has more is not text and is cut anywhere.
            let cut = (BODY_LIMIT - 3..=BODY_LIMIT).rev().find(|at| !is_continuation(*at)).unwrap_or(BODY_LIMIT);
            bytes.truncate(cut);
        }
        let body = BodyRef { hash: ContentHash::of(&bytes), bytes: whole as u64, truncated: bytes.len() < whole };
        let weight = bytes.len();
        let permit = self.inner.outbox.acquire(weight).await;
        let bytes: Arc<[u8]> = bytes.into();
        // Before it is sent, or the recorder could be done with it first.
        self.inner.bodies.add(&body.hash, &bytes);
        let record = Record::Body { hash: body.hash.clone(), bytes };
        if !permit.is_some_and(|permit| self.inner.outbox.send(record, weight, permit)) {
            self.inner.bodies.remove(&body.hash);
            tracing::warn!(hash = %body.hash, "the bus is closed: a body was not kept");
        }
        body
    }

    /// A body that is on its way to the journal; one that is not there is in the journal, or was never kept.
    pub fn waiting_body(&self, hash: &ContentHash) -> Option<Arc<[u8]>> {
        self.inner.bodies.get(hash)
    }

    /// Events from the one numbered `from_seq` that are still in memory, without gaps up to the last, or up to `limit`.
    /// All that come before them and after `from_seq` are in the journal by now.
    pub fn recent(&self, stream: StreamId, from_seq: u64, limit: usize) -> Vec<Arc<Event>> {
        let Some(live) = self.inner.registry.find(stream) else { return Vec::new() };
        let found = match live.recent(from_seq, limit) {
            Recent::StartsAt(first) => live.recent(first, limit),
            found => found,
        };
        match found {
            Recent::Events(events) => events,
            Recent::StartsAt(_) | Recent::NothingYet | Recent::Over => Vec::new(),
        }
    }

    /// Follows a stream from the event numbered `from_seq` (the first is 1). A stream that is not of this process is
    /// followed through the journal.
    pub fn subscribe(&self, stream: StreamId, from_seq: u64) -> Subscription {
        let inner = &self.inner;
        Subscription::new(stream, from_seq, inner.registry.clone(), inner.journal.clone(), inner.alive.clone())
    }

    /// Takes no more events, and returns when every event that was emitted has been given to the journal.
    pub async fn close(&self) {
        self.inner.tell_drops();
        self.inner.outbox.close();
        let mut alive = self.inner.alive.clone();
        // Nothing is ever sent: this ends when the recorder does.
        while alive.changed().await.is_ok() {}
        let handle = lock(&self.inner.recorder).take();
        if handle.is_some_and(|handle| handle.join().is_err()) {
            tracing::error!("the recorder panicked; the last events may be missing from the history");
        }
    }
}

impl Inner {
    /// Numbers the event, makes it visible and hands it to the recorder, in one step, so that the recorder gets the
    /// events of a stream in their order. `Err` has the stream's last number.
    fn publish(&self, draft: Draft, weight: usize, permit: Permit<'_>) -> Result<u64, u64> {
        let stream = draft.stream;
        let result = match self.registry.open(stream) {
            Ok(live) => live.append(draft, weight, |event| self.outbox.send(Record::Event(event), weight, permit)),
            Err(last) => Err(last),
        };
        if let Err(last) = result {
            tracing::warn!(%stream, last, "an event after the stream's end was refused");
        }
        result
    }

    /// Says on the dropped events' stream, or on the host's if that has ended, what was dropped.
    fn publish_notice(&self, notice: drops::Notice, permit: Permit<'_>) {
        let stream = if self.registry.is_over(notice.stream) { StreamId::Host } else { notice.stream };
        let draft = notice.into_draft(stream);
        let weight = weight_of(&draft.kind);
        // If it is refused the bus is closing, and that was logged.
        let _ = self.publish(draft, weight, permit);
    }

    /// Says what was dropped, as far as there is room.
    fn tell_drops(&self) {
        while self.drops.any() {
            let Some(permit) = self.outbox.try_acquire(1) else { return };
            let Some(notice) = self.drops.take_one() else { return };
            self.publish_notice(notice, permit);
        }
    }

    /// Says something on the host's stream, if there is room.
    fn tell(&self, kind: EventKind) {
        let weight = weight_of(&kind);
        if let Some(permit) = self.outbox.try_acquire(weight) {
            // A refusal was logged.
            let _ = self.publish(Draft::new(StreamId::Host, kind), weight, permit);
        }
    }
}

/// A panic while a lock was held leaves our data as usable as before: every change under one is complete or absent.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
