//! Asking those who may object before a plugin is taken into use: the hooks `plugin_load` and `config_change`.
//!
//! A plugin's own handlers observe; those of plugins that the operator appointed may deny. Without an objection, the
//! answer is which handlers failed, in words.

mod config_change;
mod plugin_load;

use std::sync::Arc;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::failures;
use crate::event::StreamId;
use crate::hook::{ChainStop, HookChain, Place};
use crate::plugin::discovery::Found;
use crate::plugin::manager::Configs;
use crate::runtime::{HookPort, LivePlugin};

/// Hands the plugin to both hooks; the error says who objected and why.
pub(super) async fn ask(
    chain: &HookChain,
    live: &Arc<LivePlugin>,
    found: &Found,
    configs: Configs<'_>,
    port: &Arc<dyn HookPort>,
    closing: &CancellationToken,
) -> Result<Vec<String>, String> {
    let mut failed = ask_of_config(chain, live, found, configs, port, closing).await?;
    let part = plugin_load::part(live, found);
    failed.extend(deliver(chain, live, found, HookName::PluginLoad, part, port, closing).await?);
    Ok(failed)
}

/// Hands the change of its config, if there is one, to `config_change` alone.
pub(super) async fn ask_of_config(
    chain: &HookChain,
    live: &Arc<LivePlugin>,
    found: &Found,
    configs: Configs<'_>,
    port: &Arc<dyn HookPort>,
    closing: &CancellationToken,
) -> Result<Vec<String>, String> {
    let Some(before) = configs.before.filter(|before| before.resolved != configs.now.resolved) else {
        return Ok(Vec::new());
    };
    let change = config_change::part(live.name(), before, configs.now);
    deliver(chain, live, found, HookName::ConfigChange, change, port, closing).await
}

async fn deliver(
    chain: &HookChain,
    live: &Arc<LivePlugin>,
    found: &Found,
    hook: HookName,
    part: Value,
    port: &Arc<dyn HookPort>,
    closing: &CancellationToken,
) -> Result<Vec<String>, String> {
    // The plugin's own handlers are not registered yet.
    let own = found.manifest.provides.refine(live.contributions().hooks.clone());
    let handlers = chain.registry.chain_with(hook, live.name(), own, port);
    let place = Place {
        about: Some(live.name().clone()),
        cancelled: "the host was to close",
        ..Place::new(StreamId::Host, closing.clone())
    };
    let outcome = chain.deliver_to(handlers, hook, vec![part], place).await;
    let failed = failures::log(hook, &outcome.failures);
    match outcome.stop {
        None => Ok(failed),
        // A plugin that can't even look at itself is its own matter.
        Some(ChainStop::Aborted(failure)) if failure.plugin == *live.name() => Ok(failed),
        // Also when it was cancelled: who did not have a turn did not agree.
        Some(stop @ (ChainStop::Denied(_) | ChainStop::Aborted(_) | ChainStop::Cancelled)) => Err(stop.words(hook)),
    }
}
