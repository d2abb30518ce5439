//! A child as a [`LivePlugin`](crate::runtime::LivePlugin) reaches it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::conduct::Gone;
use super::seen::Seen;
use crate::runtime::backlog::Backlog;
use crate::runtime::live::{Transport, Usage};
use crate::runtime::session::Session;
use crate::runtime::supervise;

pub(super) struct ChildTransport {
    pub(super) session: Arc<Session>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) kill: CancellationToken,
    pub(super) gone: watch::Receiver<Gone>,
    /// What was called, of the last call that was written off.
    pub(super) written_off: watch::Sender<String>,
    pub(super) process: u32,
    pub(super) supervisor: u32,
    pub(super) seen: Arc<Seen>,
}

impl Transport for ChildTransport {
    fn is_busy(&self) -> bool {
        self.backlog.is_long()
    }

    fn written_off(&self, what: &str) {
        self.written_off.send_replace(what.to_owned());
    }

    fn process(&self) -> Option<u32> {
        Some(self.process)
    }

    fn usage(&self) -> Option<Usage> {
        // Once the processes are gone, their numbers may be others'.
        if self.gone.borrow().is_some() {
            return None;
        }
        let tree = supervise::of_tree(self.supervisor)?;
        Some(Usage {
            resident_bytes: tree.resident_bytes,
            cpu_time: tree.cpu_time,
            in_call: self.seen.in_call(tree.cpu_time),
            threads: tree.threads,
            disk_bytes: self.seen.disk(),
        })
    }

    fn kill(&self, reason: &str) {
        self.session.end(reason);
        self.kill.cancel();
    }

    fn revoke(&self, reason: &str) {
        self.session.deny(reason);
        self.kill.cancel();
    }

    /// The child ends because its session is over; this waits until it has.
    fn end(&self) -> BoxFuture<'static, Result<(), String>> {
        let mut gone = self.gone.clone();
        Box::pin(async move {
            let outcome = gone.wait_for(Option::is_some).await;
            // A task that is gone has taken everything with it.
            outcome.map_or(Ok(()), |outcome| outcome.clone().unwrap_or(Ok(())))
        })
    }
}
