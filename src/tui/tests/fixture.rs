//! A project with a bit of everything, and a workbench that shows it.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::OnFailure;
use ratatui::layout::Size;
use serde_json::json;

use crate::event::{
    AgentStatus, BodyRef, ContentHash, Decision, Event, EventKind, HookOutcome, PluginName, PluginState, RunId,
    RunStatus, SCHEMA_VERSION, SpanId, StreamId, Timestamp,
};
use crate::orchestrator::api::{
    AgentSummary, Answer, HookSummary, PermissionState, PermissionView, Place, PluginDetail, PluginKind, PluginSummary,
    ProjectView, Query, RunSummary, Snapshot, UpdatePolicy, WorkflowSummary,
};
use crate::tui::effect::Effect;
use crate::tui::keymap::Keymap;
use crate::tui::message::Message;
use crate::tui::model::{Model, Screen, Themes};
use crate::tui::update::update;

pub const RUN: RunId = RunId(42);
/// 2026-02-03 12:01:02 UTC.
const START: i64 = 1_770_120_062_000_000;

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_micros(START + millis * 1_000)
}

pub fn name(name: &str) -> PluginName {
    name.parse().unwrap()
}

fn plugin(plugin: &str, state: PluginState) -> PluginSummary {
    PluginSummary {
        name: name(plugin),
        kind: Some(PluginKind::Native),
        version: Some("0.3.0".to_owned()),
        description: String::new(),
        state,
        reason: None,
        remedy: None,
        bundled: false,
        agents: 0,
        workflows: 0,
        hooks: 0,
        routes: 0,
        place: if state.is_usable() { Place::Child } else { Place::Nowhere },
        process: state.is_usable().then_some(4711),
        sandbox: state.is_usable().then(|| "full".to_owned()),
        granted: 0,
        content_hash: None,
        requested: 0,
    }
}

pub fn plugins() -> Vec<PluginSummary> {
    vec![
        PluginSummary {
            kind: Some(PluginKind::Native),
            version: None,
            reason: Some(
                "plugins/broken/plugin.yaml:4:9: `version` must be text\n  4 | version: 1.2\n    |          ^^^".into(),
            ),
            remedy: Some("Write version: \"1.2\"".into()),
            ..plugin("broken", PluginState::Broken)
        },
        PluginSummary {
            bundled: true,
            description: "Any command line program as an agent".into(),
            agents: 2,
            workflows: 1,
            granted: 2,
            requested: 3,
            ..plugin("command_agents", PluginState::Active)
        },
        PluginSummary {
            bundled: true,
            description: "Inspects a source tree".into(),
            agents: 5,
            workflows: 1,
            hooks: 2,
            granted: 4,
            requested: 4,
            ..plugin("repo_audit", PluginState::Active)
        },
        PluginSummary {
            reason: Some("nobody has approved this content yet".into()),
            remedy: Some("orchestrator plugin approve shelltools".into()),
            requested: 2,
            ..plugin("shelltools", PluginState::NeedsApproval)
        },
    ]
}

pub fn workflows() -> Vec<WorkflowSummary> {
    let workflow = |name: &str, description: &str| WorkflowSummary {
        name: name.to_owned(),
        description: description.to_owned(),
        plugin: None,
        agents: Vec::new(),
        config_schema: None,
        denied: Vec::new(),
    };
    let schema = json!({"type": "object", "required": ["path"], "properties": {
        "path": {"type": "string", "description": "The tree to look at", "default": "."},
        "max_lines": {"type": "integer", "description": "From how many lines on a file is oversized"},
        "strict": {"type": "boolean", "default": false},
    }});
    vec![
        workflow("plan_execute_review", "Plans, executes with any agent, reviews"),
        WorkflowSummary {
            plugin: Some(name("repo_audit")),
            agents: vec!["sizes_agent".into(), "debt_agent".into(), "reviewer_agent".into()],
            config_schema: Some(schema),
            ..workflow("repo_audit", "Inspects a source tree in parallel and reviews the findings")
        },
        WorkflowSummary {
            plugin: Some(name("command_agents")),
            denied: vec!["command_agents may not start programs (spawn)".into()],
            ..workflow("command_chain", "Runs commands in order, each with the output of the one before")
        },
    ]
}

fn run(id: u64, status: RunStatus, reason: Option<&str>) -> RunSummary {
    RunSummary {
        id: RunId(id),
        workflow_type: "repo_audit".into(),
        requirements: "Find what would embarrass us\nbefore the release".into(),
        plugin: Some(name("repo_audit")),
        started: at(-600_000 - 1_000 * i64::try_from(id).unwrap()),
        status: Some(status),
        reason: reason.map(str::to_owned),
        duration_us: Some(3_400_000),
        last_seq: 57,
    }
}

pub fn snapshot() -> Snapshot {
    Snapshot {
        project: ProjectView { name: "demo-project".into(), dir: "/home/ada/demo-project".into(), is_project: true },
        plugins: plugins(),
        workflows: workflows(),
        agents: Vec::new(),
        runs: vec![
            run(41, RunStatus::Failed, Some("debt_agent failed: the tree can't be read")),
            run(40, RunStatus::Completed, None),
        ],
        host_seq: 7,
    }
}

pub fn empty_snapshot() -> Snapshot {
    let plain = workflows().remove(0);
    Snapshot { plugins: Vec::new(), workflows: vec![plain], runs: Vec::new(), ..snapshot() }
}

pub fn broken_detail() -> PluginDetail {
    PluginDetail {
        summary: plugins().remove(0),
        dir: "/home/ada/demo-project/plugins/broken".into(),
        author: Some("Ada".into()),
        email: None,
        content_hash: Some(ContentHash::of(b"broken")),
        library: None,
        sandbox: None,
        runs_in: "nowhere: its manifest can't be read".into(),
        warnings: vec!["unknown field `colour` in plugin.yaml:9:1".into()],
        permissions: vec![PermissionView {
            plugin: name("broken"),
            permission: Permission::Network,
            scope: vec!["api.example.com:443".into()],
            reason: Some("fetches the model list".into()),
            optional: true,
            state: PermissionState::Requested,
            rule: "nobody has answered".into(),
            lasting: None,
            used: 0,
            first_used: None,
            last_used: None,
            breaks: Vec::new(),
            stays_denied: false,
            takes_once: true,
        }],
        policy: UpdatePolicy::Hold,
        changes: None,
        agents: vec![AgentSummary {
            name: "fetch_agent".into(),
            role: "fetches".into(),
            provider: "native code".into(),
            plugin: Some(name("broken")),
        }],
        workflows: Vec::new(),
        hooks: vec![HookSummary {
            enabled: true,
            switched: None,
            overridden: None,
            hook: HookName::PreWorkflowExecution,
            plugin: name("broken"),
            handler: "enrich".into(),
            priority: 10,
            timeout_ms: 5_000,
            on_failure: OnFailure::Continue,
            order: 1,
            fired: 0,
        }],
        routes: Vec::new(),
        config: json!({"enabled": true}),
        config_file: "config/plugins/broken.json".into(),
    }
}

/// A workbench of this size before its first answer.
pub fn fresh(width: u16, height: u16) -> Model {
    let mut screen = Screen::new(Size::new(width, height), at(0));
    screen.motion = false;
    let names = ["dark", "light", "terminal"].map(str::to_owned).to_vec();
    Model::new(screen, Themes { names, current: "terminal".into() }, Keymap::load(None).unwrap())
}

/// With the project open.
pub fn opened(width: u16, height: u16) -> Model {
    let mut model = fresh(width, height);
    answer(&mut model, Query::Snapshot, Answer::Snapshot(Box::new(snapshot())));
    model
}

pub fn answer(model: &mut Model, query: Query, answer: Answer) -> Vec<Effect> {
    update(model, Message::Answered { query, answer: Ok(answer) })
}

pub fn key(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

pub fn ctrl(model: &mut Model, c: char) -> Vec<Effect> {
    update(model, Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)))
}

pub fn typed(model: &mut Model, text: &str) {
    for c in text.chars() {
        key(model, KeyCode::Char(c));
    }
}

/// Writes a run's events one after the other.
pub struct Story {
    run: RunId,
    events: Vec<Arc<Event>>,
}

impl Story {
    pub fn of(run: RunId) -> Self {
        Story { run, events: Vec::new() }
    }

    pub fn event(&mut self, millis: i64, span: u64, plugin: Option<&str>, kind: EventKind) -> &mut Self {
        self.events.push(Arc::new(Event {
            v: SCHEMA_VERSION,
            stream: StreamId::Run(self.run),
            seq: self.events.len() as u64 + 1,
            time: at(millis),
            span: (span > 0).then_some(SpanId(span)),
            parent: None,
            plugin: plugin.map(name),
            kind,
        }));
        self
    }

    pub fn started(&mut self, workflow: &str) -> &mut Self {
        let kind = EventKind::RunStarted {
            workflow_type: workflow.into(),
            requirements: "Find what would embarrass us before the release".into(),
            config: json!({"path": "."}),
            content_hash: None,
            parent_run: None,
        };
        self.event(0, 0, Some("repo_audit"), kind)
    }

    pub fn agent(&mut self, millis: i64, span: u64, agent: &str) -> &mut Self {
        let (agent, provider) = (agent.to_owned(), "native code".to_owned());
        self.event(millis, span, None, EventKind::AgentStarted { agent, request: json!({}), provider })
    }

    pub fn output(&mut self, millis: i64, span: u64, text: &str) -> &mut Self {
        let items = text.split_inclusive('\n').map(str::to_owned).collect();
        self.event(millis, span, None, EventKind::AgentOutput { agent: String::new(), items })
    }

    pub fn agent_ended(&mut self, millis: i64, span: u64, status: AgentStatus, reason: Option<&str>) -> &mut Self {
        let kind = EventKind::AgentFinished {
            agent: String::new(),
            status,
            reason: reason.map(str::to_owned),
            duration_us: 1_200_000,
            usage: serde_json::Value::Null,
        };
        self.event(millis, span, None, kind)
    }

    pub fn ended(&mut self, millis: i64, status: RunStatus, reason: Option<&str>) -> &mut Self {
        let reason = reason.map(str::to_owned);
        self.event(millis, 0, None, EventKind::RunFinished { status, reason, duration_us: 5_000_000 })
    }

    pub fn events(&self) -> Vec<Arc<Event>> {
        self.events.clone()
    }

    pub fn tell(&self, model: &mut Model) -> Vec<Effect> {
        update(model, Message::Events { stream: StreamId::Run(self.run), events: self.events.clone() })
    }
}

pub fn body(text: &str) -> BodyRef {
    BodyRef { hash: ContentHash::of(text.as_bytes()), bytes: text.len() as u64, truncated: false }
}

/// The beginning of run 42: hooks, a denial, a finished phase and agent, and two agents at work.
pub fn beginning() -> Story {
    let hook = HookName::PreWorkflowExecution;
    let mut story = Story::of(RUN);
    story.started("repo_audit");
    let finished = |handler: &str, order, outcome, took, before, after| EventKind::HookFinished {
        hook,
        handler: handler.into(),
        order,
        outcome,
        reason: (outcome == HookOutcome::NotPermitted).then(|| "write_workflow is not granted".to_owned()),
        duration_us: took,
        before,
        after,
    };
    let changed = finished("enrich", 1, HookOutcome::Changed, 412, Some(body("before")), Some(body("after")));
    story.event(10, 1, Some("repo_audit"), changed);
    story.event(11, 2, Some("command_agents"), finished("note", 2, HookOutcome::Unchanged, 3, None, None));
    story.event(12, 3, Some("shelltools"), finished("rewrite", 3, HookOutcome::NotPermitted, 0, None, None));
    story.event(20, 0, None, EventKind::PhaseStart { phase: "plan".into() });
    story.agent(30, 4, "planner_agent");
    story.output(900, 4, "1. Look for oversized files\n   cites “embarrass us”\n2. Look for TODO and FIXME\n");
    story.agent_ended(1_230, 4, AgentStatus::Completed, None);
    story.event(1_240, 0, None, EventKind::PhaseComplete { phase: "plan".into(), result: json!(null) });
    story.event(1_250, 0, None, EventKind::PhaseStart { phase: "inspect".into() });
    let denied = EventKind::PermissionChecked {
        permission: Permission::Spawn,
        scope: Some("git".into()),
        decision: Decision::Denied,
        rule: "config/permissions.yaml denies it".into(),
    };
    story.event(1_260, 0, Some("command_agents"), denied);
    story.agent(1_300, 5, "sizes_agent").agent(1_310, 6, "debt_agent");
    story.output(2_300, 5, "src/main.rs      12 lines\nsrc/engine.rs  1204 lines  \u{1b}[31moversized\u{1b}[0m\n");
    story.output(2_400, 6, "src/lib.rs:14: TODO: say why\nsrc/lib.rs:90: FIXME 漢字 wide\n");
    story
}

/// The project with run 42 on the screen.
pub fn running(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    let effects = crate::tui::action::open_run(&mut model, RUN);
    assert!(effects.contains(&Effect::Follow { stream: StreamId::Run(RUN), from_seq: 1 }));
    let effects = beginning().tell(&mut model);
    for effect in effects {
        let Effect::Ask(Query::Body { body }) = effect else { continue };
        arrive(&mut model, body);
    }
    update(&mut model, Message::Tick(at(12_000)));
    model
}

/// Answers a question for a hook's payload.
pub fn arrive(model: &mut Model, asked: BodyRef) {
    let value = if asked == body("before") {
        json!({"workflow_type": "repo_audit", "requirements": "Find what …", "config": {"path": "."}})
    } else {
        json!({"workflow_type": "repo_audit", "requirements": "Find what …", "config": {"path": ".", "files": 214}})
    };
    answer(model, Query::Body { body: asked }, Answer::Body(value));
}

/// Run 42 after it failed.
pub fn failed(width: u16, height: u16) -> Model {
    let mut model = running(width, height);
    let mut story = beginning();
    story.agent_ended(3_000, 5, AgentStatus::Completed, None);
    story.agent_ended(3_100, 6, AgentStatus::Failed, Some("src/big.bin can't be read: permission denied"));
    let results = json!({"sizes": {"files": 214, "oversized": ["src/engine.rs"]}, "debt": null});
    let extra = serde_json::Map::new();
    story.event(3_200, 0, None, EventKind::FinalResult { status: "failed".into(), results, extra });
    story.ended(5_000, RunStatus::Failed, Some("debt_agent failed: src/big.bin can't be read: permission denied"));
    story.tell(&mut model);
    model
}
