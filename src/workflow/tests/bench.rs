//! An engine with real parts, over plugins in memory.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream;
use orchestrator_protocol::Permission;
use orchestrator_protocol::peer::Incoming;
use orchestrator_protocol::session::{AgentInfo, WorkflowInfo};
use orchestrator_protocol::target::{HostTarget, PluginTarget};
use serde_json::{Value, json};

use crate::agent::builtin::BuiltinAgent;
use crate::agent::tests::fakes::{FakePlugin, Host, Manners, Yields};
use crate::agent::{AgentRegistry, Agents};
use crate::event::{Event, EventKind, RunId, RunStatus, StreamId};
use crate::hook::HookRegistry;
use crate::hook::tests::desk::{Desk, Quarantined, name};
use crate::runtime::CallScope;
use crate::workflow::builtin::builtin_workflows;
use crate::workflow::{Engine, EngineParts, NewRun, RunAgent, RunNumbers, StartWorkflow, WorkflowRegistry};

pub struct Bench {
    pub desk: Desk,
    pub engine: Arc<Engine>,
    pub plugin: Arc<FakePlugin>,
}

#[derive(Default)]
struct Counter(AtomicU64);

impl RunNumbers for Counter {
    fn next(&self, _: NewRun) -> BoxFuture<'_, Result<RunId, String>> {
        Box::pin(async { Ok(RunId(self.0.fetch_add(1, Ordering::Relaxed) + 1)) })
    }
}

/// What the script of the plugin `p` is asked for.
pub enum Asked {
    Workflow { config: Value, context: Value },
    Agent { name: String, task: String },
}

impl Bench {
    /// The plugin `p`, which may do everything, with the workflow `flow` and the agents `one` and `two`.
    pub fn new(manners: Manners, script: impl Fn(Asked, Host) -> Yields + Send + Sync + 'static) -> Self {
        Bench::with_builtins(manners, Vec::new(), script)
    }

    pub fn with_builtins(
        manners: Manners,
        builtins: Vec<Arc<dyn BuiltinAgent>>,
        script: impl Fn(Asked, Host) -> Yields + Send + Sync + 'static,
    ) -> Self {
        let desk = Desk::new();
        let (bus, permissions) = (desk.bus.clone(), desk.permissions.clone());
        let hooks = desk.chain(Arc::<HookRegistry>::default(), Arc::new(Quarantined::default()));
        let minute = Duration::from_secs(60);
        let engine = Engine::new(EngineParts {
            bus: bus.clone(),
            permissions: permissions.clone(),
            hooks,
            agents: Agents::new(AgentRegistry::new(builtins), bus, permissions, minute),
            workflows: WorkflowRegistry::new(builtin_workflows()),
            numbers: Arc::new(Counter::default()),
            project: PathBuf::from("/project"),
            run_timeout: minute,
        });
        let plugin = FakePlugin::start(manners, move |target, host| match target {
            PluginTarget::Workflow { config, context, .. } => {
                script(Asked::Workflow { config, context: Value::Object(context) }, host)
            }
            PluginTarget::Agent { name, request } => {
                script(Asked::Agent { name, task: request["task"].as_str().unwrap().to_owned() }, host)
            }
            other => panic!("{other:?}"),
        });
        plugin.on_call({
            let engine = engine.clone();
            move |scope, incoming| serve(&engine, scope, incoming)
        });
        let workflow =
            WorkflowInfo { name: "flow".into(), description: "tries".into(), agents: Vec::new(), config_schema: None };
        let agent = |name: &str| AgentInfo {
            name: name.into(),
            role: "tries".into(),
            provider: "a script".into(),
            timeout_ms: None,
        };
        desk.grant("p", &Permission::ALL);
        assert_eq!(engine.parts.workflows.add(&name("p"), None, vec![workflow], &plugin.code()), []);
        let conflicts = engine.parts.agents.registry.add(&name("p"), vec![agent("one"), agent("two")], &plugin.code());
        assert_eq!(conflicts, []);
        Bench { desk, engine, plugin }
    }

    pub async fn start(&self, config: Value) -> RunId {
        let Value::Object(config) = config else { panic!("a config is an object") };
        let start =
            StartWorkflow { workflow: "flow".into(), requirements: "do it".into(), config, ..Default::default() };
        self.engine.start(start, None).await.unwrap()
    }

    /// Runs `flow` to its end.
    pub async fn run(&self) -> Vec<Arc<Event>> {
        let run = self.start(json!({})).await;
        self.to_the_end(run).await
    }

    /// All events of a run that will end, or has. Its `run_finished` is the last and the only one, and every span
    /// that began has ended before it.
    pub async fn to_the_end(&self, run: RunId) -> Vec<Arc<Event>> {
        let mut feed = self.desk.bus.subscribe(StreamId::Run(run), 1);
        let mut all = Vec::new();
        while let Some(events) = feed.next().await {
            all.extend(events);
        }
        if let Some(live) = self.engine.live(run) {
            live.wait().await;
        }
        let is_end = |event: &Arc<Event>| matches!(event.kind, EventKind::RunFinished { .. });
        assert_eq!(all.iter().filter(|event| is_end(event)).count(), 1, "{all:#?}");
        assert!(all.last().is_some_and(is_end));
        assert!(matches!(all[0].kind, EventKind::RunStarted { .. }));
        let agents = |want: fn(&EventKind) -> bool| all.iter().filter(|event| want(&event.kind)).count();
        let started = agents(|kind| matches!(kind, EventKind::AgentStarted { .. }));
        assert_eq!(started, agents(|kind| matches!(kind, EventKind::AgentFinished { .. })), "{all:#?}");
        let started = agents(|kind| matches!(kind, EventKind::HookStarted { .. }));
        assert!(started <= agents(|kind| matches!(kind, EventKind::HookFinished { .. })), "{all:#?}");
        all
    }

    /// Waits for an event of a run that is as wanted.
    pub async fn until(&self, run: RunId, wanted: impl Fn(&EventKind) -> bool) {
        let mut feed = self.desk.bus.subscribe(StreamId::Run(run), 1);
        while let Some(events) = feed.next().await {
            if events.iter().any(|event| wanted(&event.kind)) {
                return;
            }
        }
        panic!("the run ended without it");
    }
}

fn serve(engine: &Arc<Engine>, scope: Option<CallScope>, incoming: Incoming<HostTarget>) {
    match incoming.target {
        HostTarget::RunAgent { name: agent, request, stream } => {
            let ask = RunAgent { name: agent, request, stream };
            engine.serve_run_agent(&name("p"), scope, ask, incoming.responder);
        }
        HostTarget::RunWorkflow(ask) => {
            let (engine, scope) = (engine.clone(), scope.unwrap());
            tokio::spawn(engine.serve_run_workflow(name("p"), scope, ask, None, incoming.responder));
        }
        HostTarget::ReadRuns(ask) => panic!("{ask:?}"),
        HostTarget::SetConfig { key, .. } => panic!("{key}"),
        HostTarget::Exec(request) => panic!("{request:?}"),
    }
}

pub fn end_of(events: &[Arc<Event>]) -> (RunStatus, Option<&str>) {
    match &events.last().unwrap().kind {
        EventKind::RunFinished { status, reason, .. } => (*status, reason.as_deref()),
        other => panic!("{other:?}"),
    }
}

/// These dicts and texts, then the end.
pub fn all(values: Vec<Value>) -> Yields {
    stream::iter(values.into_iter().map(Ok)).boxed()
}

pub fn never() -> Yields {
    stream::pending().boxed()
}

/// What the fakes saw.
pub type Seen = Arc<Mutex<Vec<Value>>>;
