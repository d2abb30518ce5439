//! The host of this process: opens a project, puts the rooms together, and answers the facade.

mod approval;
mod beside;
mod breaks;
mod commands;
mod config;
mod config_files;
mod doctor;
mod exec;
mod failures;
mod feed;
mod grants;
mod handlers;
mod history;
mod hub;
mod listening;
mod log_fields;
mod log_pace;
pub mod logging;
mod missing;
mod numbers;
mod objections;
mod open;
mod own_config;
mod past_runs;
mod quarantine;
mod queries;
mod refusals;
mod routes;
mod services;
mod summaries;
mod usage;
mod widening;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tracing_appender::non_blocking::WorkerGuard;

pub use open::{HostOptions, OpenError};

use super::api::{Answer, ApiCall, Command, Done, Facade, FacadeError, Feed, Query, RouteAnswer, RouteFailure};
use crate::agent::AgentRegistry;
use crate::config::Places;
use crate::config::settings::Settings;
use crate::event::StreamId;
use crate::event::bus::Bus;
use crate::hook::HookRegistry;
use crate::orchestrator::control::Server;
use crate::permission::Permissions;
use crate::plugin::manager::Manager;
use crate::store::Store;
use crate::workflow::{Engine, WorkflowRegistry};
use beside::Beside;
use config_files::ConfigFiles;
use feed::BusFeed;
use quarantine::Quarantine;
use routes::{RouteCounts, RouteTable};

/// What runs may take to end when the host closes.
const RUNS_LIMIT: Duration = Duration::from_secs(2);
/// What each plugin may take to close.
const PLUGIN_LIMIT: Duration = Duration::from_secs(2);

/// A project, opened in this process.
pub struct LocalHost {
    places: Places,
    settings: Settings,
    store: Arc<Store>,
    bus: Bus,
    permissions: Permissions,
    engine: Arc<Engine>,
    manager: Manager,
    /// What plugins called on the host and is under way.
    calls_of_plugins: TaskTracker,
    /// The processes that runs have for themselves.
    beside: Arc<Beside>,
    quarantine: Quarantine,
    /// Which plugin has which route.
    routes: Arc<RouteTable>,
    /// How often routes were called, and how that went.
    route_counts: Arc<RouteCounts>,
    /// Hooks around requests to routes.
    api_hooks: TaskTracker,
    /// Notices what others write into plugins' config files.
    configs: Arc<ConfigFiles>,
    /// Lets other processes reach this host, if it stays.
    control: Mutex<Option<Server>>,
    /// Logs what libraries print.
    printing: Option<JoinHandle<()>>,
    /// Writes the last lines of the log when it is dropped.
    _log: WorkerGuard,
}

impl LocalHost {
    /// Ends the runs, closes the plugins, the last loaded first, and writes what is not written yet.
    pub async fn close(&self) {
        self.stop_listening().await;
        let left = self.engine.cancel_all("the host is closing", RUNS_LIMIT).await;
        if !left.is_empty() {
            tracing::warn!(?left, "runs did not end in time");
        }
        self.api_hooks.close();
        if timeout(RUNS_LIMIT, self.api_hooks.wait()).await.is_err() {
            tracing::warn!("hooks around requests did not end in time");
        }
        self.configs.close();
        self.manager.shutdown_all(PLUGIN_LIMIT).await;
        self.configs.ended().await;
        self.calls_of_plugins.close();
        if timeout(PLUGIN_LIMIT, self.calls_of_plugins.wait()).await.is_err() {
            tracing::warn!("what plugins called on the host did not end in time");
        }
        self.engine.parts.hooks.close().await;
        self.quarantine.close().await;
        if let Some(printing) = &self.printing {
            printing.abort();
        }
        self.bus.close().await;
    }

    /// Loads every plugin that can be. What fails is a state of the plugin's.
    pub async fn load_plugins(&self) {
        self.manager.load_all_plugins().await;
    }

    /// Finds out how plugins stand, and loads none: for those who only look.
    pub async fn look_at_plugins(&self) {
        self.manager.look_at_all_plugins().await;
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn places(&self) -> &Places {
        &self.places
    }

    fn store(&self) -> &Arc<Store> {
        &self.store
    }

    fn bus(&self) -> &Bus {
        &self.bus
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    fn manager(&self) -> &Manager {
        &self.manager
    }

    fn agents(&self) -> &AgentRegistry {
        &self.engine.parts.agents.registry
    }

    fn workflows(&self) -> &WorkflowRegistry {
        &self.engine.parts.workflows
    }

    fn watched_configs(&self) -> &ConfigFiles {
        &self.configs
    }

    fn hooks(&self) -> &HookRegistry {
        &self.engine.parts.hooks.registry
    }
}

impl Facade for LocalHost {
    fn command(&self, command: Command) -> BoxFuture<'_, Result<Done, FacadeError>> {
        self.act(command).boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<Answer, FacadeError>> {
        self.answer(query).boxed()
    }

    fn subscribe(&self, stream: StreamId, from_seq: u64) -> Box<dyn Feed> {
        Box::new(BusFeed(self.bus.subscribe(stream, from_seq)))
    }

    fn fetch(&self, call: ApiCall) -> BoxFuture<'_, Result<RouteAnswer, RouteFailure>> {
        self.fetch_route(call).map_err(RouteFailure::from).boxed()
    }
}
