//! Asking those who may object before a plugin is taken into use: the hooks `plugin_load` and `config_change`.
//!
//! A plugin's own handlers observe; those of plugins that the operator appointed may deny.

mod config_change;
mod plugin_load;

use std::sync::Arc;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

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
) -> Result<(), String> {
    ask_of_config(chain, live, found, configs, port).await?;
    deliver(chain, live, found, HookName::PluginLoad, plugin_load::part(live, found), port).await
}

/// Hands the change of its config, if there is one, to `config_change` alone.
pub(super) async fn ask_of_config(
    chain: &HookChain,
    live: &Arc<LivePlugin>,
    found: &Found,
    configs: Configs<'_>,
    port: &Arc<dyn HookPort>,
) -> Result<(), String> {
    let Some(before) = configs.before else { return Ok(()) };
    if before.resolved == configs.now.resolved {
        return Ok(());
    }
    let change = config_change::part(live.name(), before, configs.now);
    deliver(chain, live, found, HookName::ConfigChange, change, port).await
}

async fn deliver(
    chain: &HookChain,
    live: &Arc<LivePlugin>,
    found: &Found,
    hook: HookName,
    part: Value,
    port: &Arc<dyn HookPort>,
) -> Result<(), String> {
    // The plugin's own handlers are not registered yet.
    let own = found.manifest.provides.refine(live.contributions().hooks.clone());
    let handlers = chain.registry.chain_with(hook, live.name(), own, port);
    let place = Place {
        about: Some(live.name().clone()),
        cancelled: "the host was to close",
        ..Place::new(StreamId::Host, CancellationToken::new())
    };
    let outcome = chain.deliver_to(handlers, hook, vec![part], place).await;
    match outcome.stop {
        None | Some(ChainStop::Cancelled) => Ok(()),
        Some(ChainStop::Denied(denial)) => Err(format!("denied by the hook {hook}, {denial}")),
        // A plugin that can't even look at itself is its own matter.
        Some(ChainStop::Aborted(failure)) if failure.plugin == *live.name() => Ok(()),
        Some(ChainStop::Aborted(failure)) => {
            Err(format!("the hook {hook} failed and its policy is to abort, {failure}"))
        }
    }
}
