//! The plugin itself.

use std::future::{Future, ready};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Agent, HookManager, PluginContext, PluginError, PluginInitializationError, Router, Workflow};

/// The guide's plugin interface. All but `new` and `metadata` have an empty default.
///
/// `new` and `initialize` are called once per load, in this order; the `get_*` methods and `register_hooks` once,
/// after `initialize` succeeded; `shutdown` once, at the end. The plugin's own threads call them; a panic in one is
/// caught and becomes an error.
pub trait Plugin: Send + Sync + Sized + 'static {
    /// Takes the configuration: the file's values over the schema's and the general defaults. Cheap; what may fail
    /// belongs in [`Plugin::initialize`].
    fn new(config: Config) -> Self;

    fn metadata(&self) -> PluginMetadata;

    /// Acquires what the plugin needs. To go on with less, call [`PluginContext::degraded`] and return `Ok`.
    fn initialize(
        &mut self,
        context: &PluginContext,
    ) -> impl Future<Output = Result<(), PluginInitializationError>> + Send {
        let _ = context;
        ready(Ok(()))
    }

    /// Takes a config that has changed while the plugin runs, between its calls or during some. `Ok(false)`, the
    /// default, says that it can't: then it is started anew with it, as after an error.
    fn config_changed(&self, config: Config) -> impl Future<Output = Result<bool, PluginError>> + Send {
        let _ = config;
        ready(Ok(false))
    }

    /// Releases what the plugin holds. Calls that were open have been cancelled.
    fn shutdown(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    fn get_agents(&self) -> Vec<Arc<dyn Agent>> {
        Vec::new()
    }

    fn get_workflows(&self) -> Vec<Arc<dyn Workflow>> {
        Vec::new()
    }

    fn get_api_routers(&self) -> Vec<Router> {
        Vec::new()
    }

    fn register_hooks(&self, hook_manager: &mut HookManager) {
        let _ = hook_manager;
    }
}

/// Who the plugin says it is. The manifest decides; a difference is shown as a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginMetadata {
    pub name: String,
    pub version: String,
    pub description: String,
}

/// The plugin's configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config(Map<String, Value>);

impl Config {
    pub fn new(values: Map<String, Value>) -> Self {
        Config(values)
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The whole as a type of the plugin's own. The error names the field that does not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(Value::Object(self.0.clone()))
    }
}
