//! Inspects a source tree: size and languages, debt, dependencies, documentation and licence.
//!
//! - [`inspect`]: the four inspections, as plain functions over a folder.
//! - [`report`]: the lines that they say, which are also what is counted.
//! - [`scan`], [`language`]: walking a tree, and telling code from comments.
//! - `agent`, `workflow`, `hooks`: what the host runs; thin.
//! - [`settings`]: limits and names that can be set.
//!
//! Nothing here writes a file, starts a program or opens a connection.

mod agent;
mod git;
mod hooks;
pub mod inspect;
pub mod language;
pub mod report;
pub mod scan;
pub mod settings;
mod words;
mod workflow;

use orchestrator_sdk::prelude::*;
use settings::Settings;
use workflow::RepoAudit;

/// The plugin.
pub struct RepoAuditPlugin {
    config: Map<String, Value>,
}

impl Plugin for RepoAuditPlugin {
    fn new(config: Config) -> Self {
        // What is in it is judged in `initialize`, where a mistake can be told.
        RepoAuditPlugin { config: config.parse().unwrap_or_default() }
    }

    fn metadata(&self) -> PluginMetadata {
        PluginMetadata {
            name: "repo_audit".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            description: env!("CARGO_PKG_DESCRIPTION").into(),
        }
    }

    async fn initialize(&mut self, _: &PluginContext) -> Result<(), PluginInitializationError> {
        match Settings::from_layers(&self.config, &Map::new()) {
            Ok(_) => Ok(()),
            Err(error) => Err(PluginInitializationError(format!("config/plugins/repo_audit.json: {error}"))),
        }
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        agent::agents(&self.config)
    }

    fn get_workflows(&self) -> Vec<Arc<dyn Workflow>> {
        vec![Arc::new(RepoAudit::new(self.config.clone()))]
    }

    fn register_hooks(&self, hook_manager: &mut HookManager) {
        hooks::register(hook_manager);
    }
}

export_plugin!(RepoAuditPlugin);
