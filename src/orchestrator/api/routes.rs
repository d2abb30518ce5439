//! Plugins' routes, called without a server.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::PluginName;

/// A route of a plugin that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PluginRoute {
    pub plugin: PluginName,
    /// `*` stands for every method.
    pub method: String,
    /// The whole path; `{name}` stands for one part, `{name:path}` for all that follows.
    pub path: String,
    pub description: String,
}

/// A request to a plugin's route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiCall {
    pub method: String,
    pub path: String,
    /// Without the question mark.
    #[serde(default)]
    pub query: String,
    /// What proves who somebody is (`Authorization`, `Cookie`) is not passed on to any plugin.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    pub body: String,
}

/// What a route answered, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiReply {
    pub plugin: PluginName,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}
