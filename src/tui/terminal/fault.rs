use std::{
    fmt,
    panic::{self, PanicHookInfo},
    sync::Arc,
    thread,
};

use super::screen::Screen;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>;

/// While it lives, a panic on any thread of ours first restores the terminal, then is reported there. Plugins
/// have a standard library, and so a hook, of their own.
pub(super) struct FaultHook {
    previous: Option<Hook>,
}

impl FaultHook {
    pub fn install(screen: Arc<Screen>) -> Self {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let report = report(info);
            screen.fault(&report);
            // The report scrolls away; the log stays.
            tracing::error!("{}", report.trim_end());
        }));
        Self { previous: Some(previous) }
    }
}

impl Drop for FaultHook {
    fn drop(&mut self) {
        // A thread that panics may not change the hook, and is about to end the program anyway.
        if !thread::panicking()
            && let Some(previous) = self.previous.take()
        {
            panic::set_hook(previous);
        }
    }
}

impl fmt::Debug for FaultHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultHook").finish_non_exhaustive()
    }
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let name = thread.name().unwrap_or("unnamed");
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let message = info.payload_as_str().unwrap_or("no message");
    format!(
        "orchestrator stopped because of a fault in the program: {message}\n  at {place}, thread `{name}`\n  \
         Runs that were going on are kept in the history as interrupted.\n"
    )
}
