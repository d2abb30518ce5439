//! What a plugin says of itself, `plugin.yaml`.
//!
//! [`Manifest::parse`] reads it whole and reports everything that is wrong at once, each thing with its lines and
//! what would be right. What is merely odd is a warning, and the plugin works.

mod layout;
mod permissions;
mod provides;
mod read;
mod requires;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use orchestrator_protocol::session::{Declared, DeclaredComponent, DeclaredHook};
use semver::Version;
use serde_json::Value;

pub use layout::{Layout, Runtime};
pub use provides::{Component, Endpoint, HookDeclaration, Provides};
pub use requires::Requires;

use crate::config::document::Problem;
use crate::event::PluginName;
use crate::permission::Request;

/// The file's name in the plugin's folder.
pub const FILE_NAME: &str = "plugin.yaml";

/// A manifest without faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub name: PluginName,
    pub version: Version,
    pub description: String,
    pub author: Option<String>,
    pub email: Option<String>,
    /// As declared, or as the folder's files show.
    pub runtime: Runtime,
    /// The plugin's class, for Python; without it, the one subclass in `main.py`.
    pub class: Option<String>,
    /// The library, for native plugins, relative to the folder; without it, it is found or built.
    pub library: Option<PathBuf>,
    pub provides: Provides,
    pub requires: Requires,
    /// What it asks for.
    pub permissions: Vec<Request>,
    /// Whether `permissions` was absent and follows from what is provided.
    pub permissions_inferred: bool,
    pub sandbox: Sandbox,
    /// A JSON Schema of its config.
    pub config_schema: Option<Value>,
    /// What is odd but not wrong.
    pub warnings: Vec<Problem>,
}

impl Manifest {
    /// What it says of the plugin's code by name.
    pub fn declared(&self) -> Declared {
        let components = |all: &[Component]| {
            let named = all
                .iter()
                .filter_map(|one| Some(DeclaredComponent { name: one.name.clone(), class: one.class.clone()? }));
            named.collect()
        };
        let hooks = self.provides.hooks.iter();
        Declared {
            class: self.class.clone(),
            agents: components(&self.provides.agents),
            workflows: components(&self.provides.workflows),
            routers: self.provides.api_endpoints.iter().filter_map(|endpoint| endpoint.router.clone()).collect(),
            hooks: hooks
                .filter_map(|hook| Some(DeclaredHook { hook: hook.name, handler: hook.handler.clone()? }))
                .collect(),
        }
    }
}

/// Limits for a plugin that runs in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sandbox {
    /// MiB.
    pub memory_mb: u32,
    /// Seconds of computing for one call.
    pub cpu_seconds: u32,
}

impl Default for Sandbox {
    fn default() -> Self {
        Sandbox { memory_mb: 512, cpu_seconds: 30 }
    }
}
