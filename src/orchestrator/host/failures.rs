//! Hook handlers that failed outside of runs: no run's reason tells them.

use orchestrator_protocol::hook::HookName;

use crate::hook::HookFailure;

/// Writes each into the log, as its plugin's; answers with them in words.
pub(super) fn log(hook: HookName, failures: &[HookFailure]) -> Vec<String> {
    let words = |failure: &HookFailure| {
        let words = format!("the hook {hook} failed, {failure}");
        tracing::warn!(plugin = %failure.plugin, "{}", words.replace('\n', "\n    "));
        words
    };
    failures.iter().map(words).collect()
}
