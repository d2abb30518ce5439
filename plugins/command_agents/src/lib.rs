//! Any command line program as an agent.
//!
//! The agents are defined in the plugin's config ([`config`]). Each starts its program through the host, which keeps
//! it under the `spawn` permission and ends its whole process tree with the run ([`agent`]). The workflow
//! `command_chain` runs agents one after the other and hands each one's output to the next ([`chain`]).

mod agent;
mod chain;
pub mod config;
mod ending;
pub mod template;

use std::sync::Arc;

use orchestrator_sdk::prelude::*;

use agent::CommandAgent;
use chain::CommandChain;
use config::Settings;

/// The plugin. Its config is read in `initialize`, so that a mistake in it is told and not panicked about.
pub struct CommandAgents {
    config: Config,
    settings: Settings,
}

impl Plugin for CommandAgents {
    fn new(config: Config) -> Self {
        CommandAgents { config, settings: Settings::default() }
    }

    fn metadata(&self) -> PluginMetadata {
        PluginMetadata {
            name: "command_agents".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            description: env!("CARGO_PKG_DESCRIPTION").into(),
        }
    }

    async fn initialize(&mut self, context: &PluginContext) -> Result<(), PluginInitializationError> {
        self.settings = Settings::read(&self.config).map_err(|error| PluginInitializationError(error.to_string()))?;
        if self.settings.agents.is_empty() {
            context.degraded("the config defines no agents; add some to config/plugins/command_agents.json");
        }
        Ok(())
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        let agents = self.settings.agents.iter().cloned();
        agents.map(|command| Arc::new(CommandAgent::new(command)) as Arc<dyn Agent>).collect()
    }

    fn get_workflows(&self) -> Vec<Arc<dyn Workflow>> {
        vec![Arc::new(CommandChain::new(self.settings.chain.clone()))]
    }
}

export_plugin!(CommandAgents);
