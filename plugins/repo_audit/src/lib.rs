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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_says_what_the_code_does() {
        let manifest: Value = serde_yaml::from_str(include_str!("../plugin.yaml")).unwrap();
        let plugin = RepoAuditPlugin::new(Config::default());
        let metadata = plugin.metadata();
        assert_eq!(manifest["name"], metadata.name);
        assert_eq!(manifest["version"], metadata.version);
        assert_eq!(manifest["description"], metadata.description);

        let names = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
        };
        let agents: Vec<_> = plugin.get_agents().iter().map(|agent| agent.name().to_owned()).collect();
        assert_eq!(names(&manifest["provides"]["agents"]), agents);
        let workflow = &plugin.get_workflows()[0];
        assert_eq!(names(&manifest["provides"]["workflows"]), [workflow.name()]);
        let permissions = manifest["permissions"].as_array().unwrap();
        let execute = permissions.iter().find(|permission| permission["name"] == "execute_agent").unwrap();
        assert_eq!(execute["scope"], json!(workflow.agents()));

        let described = manifest["config_schema"]["properties"].as_object().unwrap();
        let defaults: Map<_, _> =
            described.iter().map(|(key, schema)| (key.clone(), schema["default"].clone())).collect();
        assert_eq!(defaults, Settings::default().to_map());
    }
}
