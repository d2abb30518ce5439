//! Opening a project.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tracing_appender::rolling::InitError;

use super::beside::Beside;
use super::config_files::ConfigFiles;
use super::exec::Programs;
use super::history::History;
use super::hub::Hub;
use super::log_pace::LogPace;
use super::numbers::Numbers;
use super::own_config::OwnConfigs;
use super::past_runs::PastRuns;
use super::quarantine::{self, Quarantine};
use super::refusals::Refusals;
use super::routes::RouteTable;
use super::services::Services;
use super::{LocalHost, logging};
use crate::agent::builtin::builtin_agents;
use crate::agent::provider::TextRules;
use crate::agent::{AgentRegistry, Agents};
use crate::config::atomic::{self, Access};
use crate::config::document::Problems;
use crate::config::settings::Settings;
use crate::config::{Places, PlacesError};
use crate::event::bus::Bus;
use crate::hook::{HandlerRef, HookChain, HookRegistry, Switches};
use crate::permission::Permissions;
use crate::plugin::manager::{Manager, Parts};
use crate::runtime::HostServices;
use crate::runtime::descriptors::Printed;
use crate::runtime::exec::Exec;
use crate::runtime::hook_threads::HookThreads;
use crate::store::{HookCalls, Store, StoreError};
use crate::workflow::builtin::builtin_workflows;
use crate::workflow::{Engine, EngineParts, WorkflowRegistry};

/// How to open.
#[derive(Debug, Default)]
pub struct HostOptions {
    /// The project's folder; the current one without it.
    pub project: Option<PathBuf>,
    /// What libraries print into this process, to be logged.
    pub printed: Option<mpsc::Receiver<Printed>>,
    /// The program that becomes supervisors and plugins' processes; the running one without it.
    pub executable: Option<PathBuf>,
    /// The project is only looked at: no plugin's code is run, whatever asks for it.
    pub look_only: bool,
}

/// Why a project can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Places(#[from] PlacesError),
    #[error("the settings can't be used\n{0}")]
    Settings(Problems),
    #[error("the state folder {dir} can't be made: {source}\nset ORCHESTRATOR_STATE_DIR to a folder of yours")]
    State { dir: PathBuf, source: std::io::Error },
    #[error("the log can't be written: {0}")]
    Log(#[from] InitError),
    #[error("the program does not know where it is itself: {0}")]
    Program(std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LocalHost {
    /// Opens a project, and looks for its plugins, without touching their code.
    pub async fn open(options: HostOptions) -> Result<Arc<LocalHost>, OpenError> {
        let places = Places::find(options.project.as_deref())?;
        let state = |source| OpenError::State { dir: places.state_dir().to_owned(), source };
        places.create_state_dir().map_err(state)?;
        let logs = places.logs_dir();
        atomic::create_dir(&logs, Access::OwnerOnly).map_err(state)?;
        let log = logging::start(&logs)?;
        let (settings, odd) = Settings::load(&places).map_err(OpenError::Settings)?;
        for problem in odd {
            tracing::warn!(%problem, "settings");
        }
        let store = Arc::new(Store::open(places.state_dir())?);
        let bus = Bus::start(store.clone());
        let permissions = Permissions::open(places.clone(), bus.clone());

        let (hung, to_quarantine) = quarantine::channel();
        let hooks = HookChain::new(
            Arc::new(HookRegistry::new(switches(&places), settings.hooks.clone(), calls(&store))),
            bus.clone(),
            permissions.clone(),
            HookThreads::default(),
            Arc::new(hung),
            settings.hook_timeout,
        )
        .with_appointed(settings.hooks.appointed.clone());
        let agents = Agents::new(
            AgentRegistry::new(builtin_agents(Arc::new(TextRules))),
            bus.clone(),
            permissions.clone(),
            settings.agent_timeout,
        );
        let engine = Engine::new(EngineParts {
            bus: bus.clone(),
            permissions: permissions.clone(),
            hooks,
            agents,
            workflows: WorkflowRegistry::new(builtin_workflows()),
            numbers: Arc::new(Numbers(store.clone())),
            project: places.project_dir().to_owned(),
            run_timeout: settings.run_timeout,
        });

        let executable = match options.executable {
            Some(executable) => executable,
            None => std::env::current_exe().map_err(OpenError::Program)?,
        };
        let exec = Exec::new(places.project_dir().to_owned(), executable.clone());
        let programs = Arc::new(Programs { permissions: permissions.clone(), exec });
        let own_configs = Arc::new(OwnConfigs { permissions: permissions.clone(), files: OnceLock::new() });
        let history = History { bus: bus.clone(), store: store.clone() };
        let past_runs = Arc::new(PastRuns { permissions: permissions.clone(), history });
        let beside = Arc::<Beside>::default();
        let calls_of_plugins = TaskTracker::new();
        let services: Arc<dyn HostServices> = Arc::new(Services {
            bus: bus.clone(),
            programs,
            engine: engine.clone(),
            own_configs: own_configs.clone(),
            past_runs,
            beside: beside.clone(),
            refusals: Refusals { permissions: permissions.clone(), places: places.clone() },
            pace: LogPace::default(),
            tasks: Handle::current(),
            calls: calls_of_plugins.clone(),
        });
        let printing = options.printed.map(|printed| tokio::spawn(log_printed(printed, services.clone())));
        let beside = Arc::<Beside>::default();
        let routes = Arc::<RouteTable>::default();
        let hub = Arc::new(Hub { engine: engine.clone(), beside: beside.clone(), routes: routes.clone() });
        let manager = Manager::new(Parts {
            places: places.clone(),
            executable,
            look_only: options.look_only,
            python: settings.python.clone(),
            sandbox: settings.sandbox.clone(),
            bus: bus.clone(),
            permissions: permissions.clone(),
            services,
            contributions: hub,
        });
        let quarantine = Quarantine::start(manager.clone(), to_quarantine);

        manager.discover_plugins().await;
        let configs = ConfigFiles::watch(manager.clone(), bus.clone());
        own_configs.files.get_or_init(|| configs.clone());
        let host = LocalHost {
            places,
            settings,
            store,
            bus,
            permissions,
            engine,
            manager,
            calls_of_plugins,
            beside,
            quarantine,
            routes,
            route_counts: Arc::default(),
            api_hooks: TaskTracker::new(),
            configs,
            control: Mutex::default(),
            printing,
            _log: log,
        };
        Ok(Arc::new(host))
    }
}

/// What can't be read switches nothing, and the log says so: a handler that is called again is seen in the trace.
fn switches(places: &Places) -> Switches {
    Switches::open(places.handlers_file()).unwrap_or_else(|error| {
        tracing::error!(%error, "which handlers are disabled can't be read");
        Switches::default()
    })
}

/// How often handlers were called before. What can't be read, or is of a later version, is not counted.
fn calls(store: &Store) -> Vec<(HandlerRef, u64)> {
    let all = store.hook_calls().unwrap_or_else(|error| {
        tracing::warn!(%error, "how often handlers were called can't be read");
        Vec::new()
    });
    let known = |calls: HookCalls| {
        let (plugin, hook) = (calls.plugin.parse().ok()?, calls.hook.parse().ok()?);
        Some((HandlerRef { plugin, hook, handler: calls.handler }, calls.calls))
    };
    all.into_iter().filter_map(known).collect()
}

/// Nobody knows which library printed a line; the level tells the descriptor.
async fn log_printed(mut printed: mpsc::Receiver<Printed>, services: Arc<dyn HostServices>) {
    while let Some(line) = printed.recv().await {
        line.log(None, &*services);
    }
}
