//! Plugins' routes, called with a server or without one.

use std::net::SocketAddr;

use orchestrator_protocol::Body;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::FacadeError;
use super::facade::Later;
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
    /// The plugin that had the same path and method first, and is asked instead.
    #[serde(default)]
    pub shadowed_by: Option<PluginName>,
    /// Why the plugin may not answer it, in words; absent where it may.
    #[serde(default)]
    pub permitted: Option<String>,
    /// Requests that the plugin was asked to answer, since this host was opened.
    #[serde(default)]
    pub hits: u64,
    /// Those of them that the plugin did not answer, or with a status of 500 or more.
    #[serde(default)]
    pub failed: u64,
    /// Until the plugin's answer began, the last time and on average, in microseconds.
    #[serde(default)]
    pub last_us: Option<u64>,
    #[serde(default)]
    pub mean_us: Option<u64>,
}

/// A request to a plugin's route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiCall {
    pub method: String,
    /// Percent-encoded, without the query.
    pub path: String,
    /// Percent-encoded, without the question mark.
    #[serde(default)]
    pub query: String,
    /// Names may come several times. What proves who somebody is (`Authorization`, `Cookie`) is not passed on to any
    /// plugin.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(flatten)]
    pub body: Body,
    /// Who sent it, and where it came in, if it came over a network. Plugins are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub client: Option<SocketAddr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub server: Option<SocketAddr>,
}

/// What a route answered, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiReply {
    pub plugin: PluginName,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    #[serde(flatten)]
    pub body: Body,
}

/// A route's answer that has begun.
pub struct RouteAnswer {
    pub plugin: PluginName,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Box<dyn RouteBody>,
}

/// The body of an answer, as it comes. Dropping it ends the plugin's work on it.
pub trait RouteBody: Send {
    /// The next piece, as the plugin sent it; waits for it. `None` after the last; after an error there is no more. Safe
    /// to cancel: a piece that was not returned comes with the next call.
    fn next(&mut self) -> Later<'_, Option<Result<Vec<u8>, FacadeError>>>;
}

/// Why a request was not answered by a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{error}")]
pub struct RouteFailure {
    /// What a server answers with.
    pub status: u16,
    /// The methods that the path takes, if the request's is not one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    pub error: FacadeError,
}

impl From<RouteFailure> for FacadeError {
    fn from(failure: RouteFailure) -> Self {
        failure.error
    }
}

/// A plugin's own description of its routes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RouteDocument {
    pub plugin: PluginName,
    /// An OpenAPI document.
    pub document: Value,
}
