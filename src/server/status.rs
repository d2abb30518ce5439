//! How the server stands, counted as it goes.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::event::RunId;
use crate::orchestrator::api::ServerView;

/// How a server stands that listens.
#[derive(Debug)]
pub struct Status {
    addresses: Vec<SocketAddr>,
    token_file: PathBuf,
    exposed: bool,
    requests: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU32,
    /// Started over the server, and not ended yet.
    runs: Mutex<BTreeSet<RunId>>,
    run_ended: Notify,
}

/// A connection that is counted while it is open.
pub struct Open<'a>(&'a Status);

impl Status {
    pub fn new(addresses: Vec<SocketAddr>, token_file: PathBuf, exposed: bool) -> Self {
        Status {
            addresses,
            token_file,
            exposed,
            requests: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            connections: AtomicU32::new(0),
            runs: Mutex::default(),
            run_ended: Notify::new(),
        }
    }

    pub fn view(&self) -> ServerView {
        ServerView {
            address: self.addresses.first().map(ToString::to_string),
            token_file: self.token_file.clone(),
            exposed: self.exposed,
            requests: self.requests.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            connections: self.connections.load(Ordering::Relaxed),
        }
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    pub fn connected(&self) -> Open<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Open(self)
    }

    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Counts an answer; the number is the request's.
    pub fn asked(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub fn run_started(&self, run: RunId) {
        self.live_runs().insert(run);
    }

    pub fn run_ended(&self, run: RunId) {
        self.live_runs().remove(&run);
        self.run_ended.notify_waiters();
    }

    pub fn runs(&self) -> Vec<RunId> {
        self.live_runs().iter().copied().collect()
    }

    /// Until no run that was started over the server is live.
    pub async fn all_runs_ended(&self) {
        loop {
            let ended = self.run_ended.notified();
            if self.live_runs().is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn live_runs(&self) -> MutexGuard<'_, BTreeSet<RunId>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
