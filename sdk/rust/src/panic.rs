//! Panics of the author's code become errors.
//!
//! A library has a standard library of its own, and so a panic hook of its own: the one set here sees only this
//! library's panics. Those that are caught are not printed, they travel to the host in words; any other goes to the
//! hook that was set before.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;
use std::task::Poll;

use orchestrator_protocol::{CallError, ErrorKind};

thread_local! {
    /// How many [`catch`] are on this thread's stack.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// What a caught panic said, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    message: String,
    location: Option<String>,
}

impl std::fmt::Display for Panic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.location {
            Some(location) => write!(f, "panicked at {location}: {}", self.message),
            None => write!(f, "panicked: {}", self.message),
        }
    }
}

impl From<Panic> for CallError {
    fn from(panic: Panic) -> Self {
        let message = panic.to_string();
        CallError { kind: ErrorKind::Panicked, message, traceback: panic.location }
    }
}

/// Runs the author's code. What it held may be half changed after a panic; the caller must drop it or end the call.
pub(crate) fn catch<R>(work: impl FnOnce() -> R) -> Result<R, Panic> {
    install_hook();
    DEPTH.set(DEPTH.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    outcome.map_err(|payload| {
        // A payload may panic when it is dropped; the second one is leaked rather than dropped.
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
        let unknown = || Panic { message: "without a message".into(), location: None };
        LAST.take().unwrap_or_else(unknown)
    })
}

/// [`catch`] around every poll of a future.
pub(crate) async fn catch_async<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = Box::pin(future);
    let outcome = poll_fn(|cx| match catch(|| future.as_mut().poll(cx)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await;
    match catch(|| drop(future)) {
        Ok(()) => outcome,
        Err(panic) => outcome.and(Err(panic)),
    }
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // Without its thread locals a thread is ending, and nothing of ours is on its stack.
            if DEPTH.try_with(Cell::get).unwrap_or(0) > 0 {
                remember(info);
            } else {
                previous(info);
            }
        }));
    });
}

fn remember(info: &PanicHookInfo<'_>) {
    let panic = Panic {
        message: info.payload_as_str().unwrap_or("with something that is not text").to_owned(),
        location: info.location().map(ToString::to_string),
    };
    let _ = LAST.try_with(|last| last.replace(Some(panic)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_says_what_and_where() {
        let error = CallError::from(catch(|| panic!("no {}", "tea")).unwrap_err());
        assert_eq!(error.kind, ErrorKind::Panicked);
        assert!(error.message.contains("no tea"), "{error}");
        assert!(error.traceback.unwrap().contains("panic.rs:"));
    }

    #[test]
    fn a_payload_that_panics_again_is_survived() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        assert!(catch(|| std::panic::panic_any(Bomb)).is_err());
    }
}
