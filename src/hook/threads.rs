//! The threads on which handlers run: one for each chain, since a handler may never come back.

use std::io;

/// Lends threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct HookThreads;

impl HookThreads {
    /// Runs a job on a thread of its own. Does not wait for it.
    pub fn run(&self, job: Box<dyn FnOnce() + Send>) -> io::Result<Ticket> {
        std::thread::Builder::new().name("hooks".into()).spawn(job).map(|_| Ticket)
    }
}

/// A job that was given to a thread.
#[derive(Debug)]
pub struct Ticket;

impl Ticket {
    /// Leaves the thread to itself.
    pub fn abandon(self) {}
}
