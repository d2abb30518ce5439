//! Handlers that don't come back in this process: nothing of their plugins is called any more.

use std::sync::Arc;
use std::time::Instant;

use orchestrator_protocol::hook::HookName;
use tokio::time::sleep_until;

use super::chain::{HookChain, QuarantineSink};
use super::registry::{HookRegistry, RegisteredHandler};
use crate::runtime::hook_threads::Abandoned;

/// Takes the plugin's handlers out and has it quarantined.
pub(super) fn give_up(
    registry: &HookRegistry,
    sink: &dyn QuarantineSink,
    hook: HookName,
    handler: &RegisteredHandler,
    reason: &str,
) {
    registry.remove(&handler.plugin);
    sink.quarantine(&handler.plugin, format!("its {hook} handler `{}` hangs: {reason}", handler.info.handler));
}

impl HookChain {
    /// Nobody waits for the handler any more, and it runs on in this process. It may, until its own time is up: only
    /// then it hangs.
    pub(super) fn watch(&self, hook: HookName, handler: &Arc<RegisteredHandler>, thread: Abandoned, until: Instant) {
        let (registry, sink, handler) = (self.registry.clone(), self.quarantine.clone(), handler.clone());
        let closing = self.closing.clone();
        self.watchers.spawn(async move {
            let is_open = closing.run_until_cancelled(sleep_until(until.into())).await.is_some();
            // What was loaded in its place since is something else.
            if is_open && thread.still_runs() && registry.has(&handler) {
                give_up(&registry, &*sink, hook, &handler, "it did not return in its time, although nobody waited");
            }
        });
    }

    /// Ends what the chain does by itself. No hook is to be delivered after this.
    pub async fn close(&self) {
        self.closing.cancel();
        self.watchers.close();
        self.watchers.wait().await;
    }
}
