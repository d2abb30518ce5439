//! Plugins' routes: finding the one that a request is for, and calling it through the protocol, without a server.
//!
//! [`dispatch`] takes a request through the permission and the API hooks to the plugin and back; [`pattern`] tells
//! which route a path is for; [`payload`] is what the hooks get. It must not know how a request came.

mod dispatch;
mod error;
mod pattern;
mod payload;

use orchestrator_protocol::session::RouteInfo;

pub(super) use error::RouteError;

use super::LocalHost;
use crate::event::PluginName;
use crate::orchestrator::api::{ApiReply, FacadeError, PluginRoute};
use crate::plugin::manager::Record;

impl LocalHost {
    /// All routes of the plugins that run.
    pub(super) fn routes(&self) -> Vec<PluginRoute> {
        let of = |record: Record| {
            let plugin = record.plugin.name.clone();
            let routes = routes_of(&record);
            routes.into_iter().map(move |route| PluginRoute {
                plugin: plugin.clone(),
                method: route.method,
                path: route.path,
                description: route.description,
            })
        };
        self.manager().all().into_iter().flat_map(of).collect()
    }

    /// Whose route a request is for. Of several, the one that fixes most of the path, then the first by name.
    fn route_for(&self, method: &str, path: &str) -> Result<PluginName, RouteError> {
        let mut best: Option<(usize, PluginName)> = None;
        let mut other_methods = Vec::new();
        for record in self.manager().all() {
            for route in routes_of(&record) {
                let Some(fixed) = pattern::matches(&route.path, path) else { continue };
                if !(route.method == "*" || route.method.eq_ignore_ascii_case(method)) {
                    other_methods.push(route.method);
                } else if best.as_ref().is_none_or(|(most, _)| fixed > *most) {
                    best = Some((fixed, record.plugin.name.clone()));
                }
            }
        }
        match best {
            Some((_, plugin)) => Ok(plugin),
            None if other_methods.is_empty() => Err(RouteError::NotFound { path: path.to_owned() }),
            None => {
                other_methods.sort();
                other_methods.dedup();
                Err(RouteError::Method { path: path.to_owned(), known: other_methods.join(", ") })
            }
        }
    }

    pub(super) async fn call_route(&self, call: crate::orchestrator::api::ApiCall) -> Result<ApiReply, FacadeError> {
        self.dispatch(call).await.map_err(FacadeError::from)
    }
}

fn routes_of(record: &Record) -> Vec<RouteInfo> {
    record.live.as_ref().map(|live| live.contributions().routes.clone()).unwrap_or_default()
}
