//! How the hook thread tells the chain what it does, and how the chain leaves it.
//!
//! A thread may be ahead of the trace. So whoever leaves it has to know that nothing was told that was not heard yet:
//! what is left unheard would be called a second time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

/// The thread's end.
pub(super) struct Reporter<T> {
    reports: mpsc::UnboundedSender<T>,
    is_left: Arc<Mutex<bool>>,
}

/// The chain's end.
pub(super) struct Reports<T> {
    reports: mpsc::UnboundedReceiver<T>,
    is_left: Arc<Mutex<bool>>,
}

/// The two ends. As many reports can wait as are made: two for each handler of one chain.
pub(super) fn reports<T>() -> (Reporter<T>, Reports<T>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let is_left = Arc::<Mutex<bool>>::default();
    (Reporter { reports: sender, is_left: is_left.clone() }, Reports { reports: receiver, is_left })
}

impl<T> Reporter<T> {
    /// False if the thread was left: then the report is not heard, and nothing is to be called any more.
    #[must_use]
    pub fn tell(&self, report: T) -> bool {
        let is_left = lock(&self.is_left);
        !*is_left && self.reports.send(report).is_ok()
    }
}

impl<T> Reports<T> {
    /// Waits for the next one; `None` when the thread is done. Safe to cancel.
    pub async fn next(&mut self) -> Option<T> {
        self.reports.recv().await
    }

    /// The next one, if it was told already; if not, the thread is left.
    pub fn next_or_leave(&mut self) -> Option<T> {
        let mut is_left = lock(&self.is_left);
        let told = self.reports.try_recv().ok();
        *is_left |= told.is_none();
        told
    }
}

/// Nothing that holds the lock can panic.
fn lock(is_left: &Mutex<bool>) -> MutexGuard<'_, bool> {
    is_left.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_left_only_when_everything_that_it_told_was_heard() {
        let (reporter, mut reports) = reports();
        assert!(reporter.tell("finished"));
        assert_eq!(reports.next_or_leave(), Some("finished"));
        assert!(reporter.tell("started"), "it was not left");
        assert_eq!((reports.next_or_leave(), reports.next_or_leave()), (Some("started"), None));
        assert!(!reporter.tell("finished"), "nobody would hear it");
    }
}
