//! Plugins' routes: finding the one that a request is for, and calling it through the protocol, without a server.
//!
//! [`table`] knows who has which route, and [`pattern`] which paths a route is for; [`dispatch`] takes a request through
//! the permission and the API hooks to the plugin and back, [`payload`] is what the hooks get, and [`body`] what comes of
//! an answer. It must not know how a request came.

mod body;
mod counts;
mod dispatch;
mod documents;
mod error;
mod pattern;
mod payload;
mod table;

use std::sync::Arc;
use std::time::Duration;

pub(super) use counts::RouteCounts;
pub(super) use error::RouteError;
pub(super) use table::RouteTable;
use table::{Candidate, Listed};

use super::LocalHost;
use crate::event::{PluginName, StreamId};
use crate::orchestrator::api::{ApiCall, ApiReply, Body, FacadeError, PluginRoute, RouteAnswer, RouteFailure};
use crate::permission::{AccessApi, Ask};
use crate::runtime::LivePlugin;

/// The longest answer that is handed out whole, in bytes; a longer one can be had piece by piece.
const MOST_WHOLE: usize = 16 * 1024 * 1024;
/// How long a request waits for a plugin that is reloaded, or started again after its end.
const COMING_LIMIT: Duration = Duration::from_secs(30);

impl LocalHost {
    /// All routes of the plugins that run.
    pub(super) fn routes(&self) -> Vec<PluginRoute> {
        let shown = |Listed { plugin, info, shadowed_by }: Listed| {
            let count = self.route_counts.of(&plugin, &info);
            let ask =
                Ask { plugin: plugin.clone(), scope: Some(info.path.clone()), stream: StreamId::Host, span: None };
            PluginRoute {
                method: info.method,
                path: info.path,
                description: info.description,
                shadowed_by,
                permitted: self.permissions().would_deny::<AccessApi>(&ask).map(|denial| denial.to_string()),
                hits: count.hits,
                failed: count.failed,
                last_us: count.last_us,
                mean_us: count.mean_us(),
                plugin,
            }
        };
        self.routes.listed().into_iter().map(shown).collect()
    }

    /// Whose route a request is for; the path was decoded. Of a plugin that is on its way back, the routes that it had.
    fn route_for(&self, method: &str, path: &str) -> Result<Candidate, RouteError> {
        let is_there = |candidate: &Candidate| candidate.in_use || self.manager().is_coming(&candidate.plugin);
        let found = self.routes.candidates(method, path);
        if let Some(candidate) = found.plugins.into_iter().find(is_there) {
            return Ok(candidate);
        }
        // Python's routers send those who wrote a slash too much, or too little, to the right path.
        let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
        let redirecting = self.routes.candidates(method, &other).plugins.into_iter().find(is_there);
        match redirecting {
            Some(candidate) => Ok(candidate),
            None if found.other_methods.is_empty() => Err(RouteError::NotFound { path: path.to_owned() }),
            None => Err(RouteError::Method { path: path.to_owned(), known: found.other_methods }),
        }
    }

    /// Answers a request once its answer has begun. Dropping this cancels it.
    pub(super) async fn fetch_route(&self, call: ApiCall) -> Result<RouteAnswer, RouteError> {
        self.dispatch(call).await
    }

    /// The plugin, as soon as it runs; not for long if it does not.
    async fn running(&self, plugin: &PluginName) -> Result<Arc<LivePlugin>, RouteError> {
        let mut changes = self.manager().standings();
        let back = async {
            loop {
                changes.borrow_and_update();
                if let Some(live) = self.manager().get(plugin).and_then(|record| record.live) {
                    return Ok(live);
                }
                if !self.manager().is_coming(plugin) || changes.changed().await.is_err() {
                    let words = format!("the plugin {plugin} is not running any more");
                    return Err(RouteError::NotRunning(words));
                }
            }
        };
        let late = || RouteError::NotRunning(format!("the plugin {plugin} was not running again in time"));
        tokio::time::timeout(COMING_LIMIT, back).await.unwrap_or_else(|_| Err(late()))
    }

    /// Answers a request with the whole answer.
    pub(super) async fn call_route(&self, call: ApiCall) -> Result<ApiReply, FacadeError> {
        let answer = self.fetch_route(call).await.map_err(|error| RouteFailure::from(error).error)?;
        let RouteAnswer { plugin, status, headers, mut body } = answer;
        let mut whole = Vec::new();
        while let Some(piece) = body.next().await {
            whole.extend(piece?);
            if whole.len() > MOST_WHOLE {
                return Err(FacadeError::failed(format!("the answer is longer than {} MiB", MOST_WHOLE >> 20)));
            }
        }
        Ok(ApiReply { plugin, status, headers, body: Body(whole) })
    }
}
