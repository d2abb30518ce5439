//! The values that the files show.

use orchestrator_protocol::hook::{HookName, HookReply, HookRequest};
use orchestrator_protocol::run::{EventsPage, ReadRuns, RunOutcome, RunStatus, RunWorkflow};
use orchestrator_protocol::session::{
    AgentInfo, Bye, Declared, DeclaredComponent, DeclaredHook, Hello, HookInfo, Initialize, Initialized, Log, LogLevel,
    OnFailure, RouteInfo, Shutdown, WorkflowInfo,
};
use orchestrator_protocol::target::{
    AgentOutcome, ApiPart, ApiRequest, ApiResponse, ExecOutcome, ExecOutput, ExecRequest, ExecStream, HostTarget,
    PluginTarget,
};
use orchestrator_protocol::{
    CallError, CallId, Credit, ErrorKind, Granted, Message, PROTOCOL_VERSION, Permission, ToHost, ToPlugin,
};
use serde_json::{Map, Value, json};

/// What either side sends.
fn common<T>() -> Vec<Message<T>> {
    let id = CallId(7);
    let failed = CallError::failed("the file `notes.md` can't be read");
    let traceback = Some("Traceback (most recent call last):\n  File \"agents.py\", line 3, in run\n".to_owned());
    vec![
        Message::Hello(Hello { protocol: PROTOCOL_VERSION, software: "orchestrator 2.0.0".into() }),
        Message::Ping { nonce: 41 },
        Message::Pong { nonce: 41 },
        Message::Item { id, value: json!("a piece of the output: ümläut, \"quoted\"\n") },
        Message::End { id, value: Value::Null },
        Message::End { id, value: json!({"usage": {"tokens": 12}}) },
        Message::Error { id, error: failed.clone() },
        Message::Error { id, error: CallError { traceback, ..failed } },
        Message::Cancel { id, reason: String::new() },
        Message::Cancel { id, reason: "the run was cancelled".into() },
        Message::Credit { id, more: Credit { items: 128, bytes: 524_288 } },
        Message::Rejected { reason: "a message of type `later` could not be understood".into() },
        Message::Chunk { message: 1, text: r#"{"type":"item","id":7,"va"#.into(), last: false },
        Message::Chunk { message: 1, text: r#"lue":"joined"}"#.into(), last: true },
    ]
}

fn call<T>(parent: Option<CallId>, target: T) -> Message<T> {
    let deadline_ms = parent.is_none().then_some(30_000);
    Message::Call { id: CallId(8), parent, target, deadline_ms, credit: Credit::INITIAL }
}

pub fn to_plugin() -> Vec<ToPlugin> {
    let request = json!({"task": "Plan the release", "context": {"depth": 2}});
    let config = json!({"style": "short"});
    let context = object(json!({"branch": "main"}));
    let hook = HookRequest {
        hook: HookName::PostWorkflowExecution,
        handler: "add_summary".into(),
        args: vec![json!({"branch": "main"}), json!({"ok": true})],
    };
    let api = ApiRequest {
        method: "POST".into(),
        path: "/notes/search".into(),
        query: "limit=5".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: "{\"words\":[\"release\"]}".into(),
        client: Some("127.0.0.1:40312".parse().unwrap()),
        server: Some("127.0.0.1:8710".parse().unwrap()),
    };
    let mut messages = common();
    messages.extend([
        Message::Initialize(initialize()),
        Message::PermissionsChanged { granted: granted() },
        Message::Shutdown(Shutdown { deadline_ms: 5000 }),
        call(None, PluginTarget::Agent { name: "planner".into(), request }),
        call(
            None,
            PluginTarget::Workflow { name: "notes".into(), requirements: "Since version 1".into(), config, context },
        ),
        call(None, PluginTarget::ConfigChanged { config: object(json!({"enabled": true, "style": "long"})) }),
        call(None, PluginTarget::Hook(hook)),
        call(None, PluginTarget::Api(api)),
        call(None, PluginTarget::ApiDocument),
    ]);
    messages
}

pub fn to_host() -> Vec<ToHost> {
    let exec = ExecRequest {
        program: "git".into(),
        args: vec!["log".into(), "--oneline".into()],
        env: [("LC_ALL".to_owned(), "C".to_owned())].into(),
        dir: Some("src".into()),
        stdin: Some("yes\n".into()),
    };
    let run = HostTarget::RunAgent { name: "reviewer".into(), request: json!({"task": "Review"}), stream: true };
    let workflow = RunWorkflow {
        workflow_type: "notes".into(),
        requirements: "Since version 1".into(),
        config: object(json!({"style": "short"})),
        stream: true,
    };
    let log = |parent: Option<CallId>| {
        let fields = if parent.is_some() { object(json!({"files": 3})) } else { Map::new() };
        Message::Log(Log { level: LogLevel::Warning, message: "three files were skipped".into(), fields, parent })
    };
    let mut messages = common();
    messages.extend([
        Message::Initialized(initialized()),
        Message::InitializeFailed { error: CallError::failed("`main.py` has no plugin class") },
        Message::Bye(Bye { error: None }),
        Message::Bye(Bye { error: Some("the index could not be saved".into()) }),
        log(None),
        log(Some(CallId(7))),
        call(Some(CallId(7)), run),
        call(Some(CallId(7)), HostTarget::RunWorkflow(workflow)),
        call(Some(CallId(7)), HostTarget::ReadRuns(ReadRuns::List { limit: 20 })),
        call(Some(CallId(7)), HostTarget::ReadRuns(ReadRuns::Run { run: 42 })),
        call(Some(CallId(7)), HostTarget::ReadRuns(ReadRuns::Events { run: 42, from_seq: 1, limit: 100 })),
        call(Some(CallId(7)), HostTarget::SetConfig { key: "/retry/attempts".into(), value: json!(5) }),
        call(Some(CallId(7)), HostTarget::Exec(exec)),
    ]);
    messages
}

fn initialize() -> Initialize {
    let component = |name: &str, class: &str| DeclaredComponent { name: name.into(), class: class.into() };
    Initialize {
        name: "release_notes".into(),
        config: object(json!({"enabled": true, "groups": ["added", "fixed"]})),
        plugin_dir: "/home/ada/project/plugins/release_notes".into(),
        data_dir: "/home/ada/.local/share/orchestrator/release_notes".into(),
        project_dir: "/home/ada/project".into(),
        declared: Declared {
            class: Some("ReleaseNotes".into()),
            agents: vec![component("planner", "agents.Planner")],
            workflows: vec![component("notes", "workflows.Notes")],
            routers: vec!["routes.router".into()],
            hooks: vec![DeclaredHook { hook: HookName::PreWorkflowExecution, handler: "hooks.prepare".into() }],
        },
        permissions: granted(),
    }
}

fn granted() -> Vec<Granted> {
    vec![
        Granted { permission: Permission::WriteWorkflow, scope: Vec::new() },
        Granted { permission: Permission::ExecuteAgent, scope: vec!["planner".into(), "reviewer".into()] },
    ]
}

fn initialized() -> Initialized {
    Initialized {
        agents: vec![AgentInfo {
            name: "planner".into(),
            role: "Plans".into(),
            provider: "native code".into(),
            timeout_ms: Some(60_000),
        }],
        workflows: vec![WorkflowInfo {
            name: "notes".into(),
            description: "Writes release notes".into(),
            agents: vec!["planner".into()],
            config_schema: Some(json!({"type": "object"})),
        }],
        routes: vec![RouteInfo {
            method: "GET".into(),
            path: "/notes/latest".into(),
            description: "The newest notes".into(),
        }],
        hooks: vec![HookInfo {
            hook: HookName::PreWorkflowExecution,
            handler: "prepare".into(),
            priority: -5,
            timeout_ms: Some(1000),
            on_failure: OnFailure::Abort,
        }],
        degraded: Some("no git here: dates are missing".into()),
    }
}

pub fn hook_replies() -> Vec<HookReply> {
    vec![
        HookReply::Unchanged,
        HookReply::Changed { value: json!({"branch": "main", "seen": true}) },
        HookReply::Denied { reason: "not on a Friday".into() },
        HookReply::Supplied { output: "the answer of last time\n".into() },
        HookReply::Failed { error: CallError::new(ErrorKind::Panicked, "the handler panicked") },
    ]
}

pub fn agent_outcome() -> AgentOutcome {
    AgentOutcome { output: "Looks good.".into(), dropped_bytes: 17 }
}

pub fn exec_output() -> ExecOutput {
    ExecOutput { stream: ExecStream::Stderr, text: "warning: nothing to do\n".into() }
}

pub fn exec_outcomes() -> Vec<ExecOutcome> {
    vec![ExecOutcome { code: Some(2), signal: None }, ExecOutcome { code: None, signal: Some(9) }]
}

pub fn api_responses() -> Vec<ApiResponse> {
    let of_type = |kind: &str| vec![("content-type".into(), kind.into())];
    vec![
        ApiResponse { status: 404, headers: of_type("text/plain"), body: "no such note".into() },
        ApiResponse { status: 200, headers: of_type("image/png"), body: b"\x89PNG\r\n".to_vec().into() },
    ]
}

pub fn api_parts() -> Vec<ApiPart> {
    let headers = vec![("content-type".into(), "text/event-stream".into())];
    vec![ApiPart::Start { status: 200, headers }, ApiPart::Piece("data: 1\n\n".into())]
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

pub fn run_outcomes() -> [RunOutcome; 2] {
    let result = object(json!({"status": "completed", "results": {"notes": "Two fixes"}, "duration": 1.5}));
    let reason = Some("notes lacks permission: write_workflow".to_owned());
    [
        RunOutcome { run: 43, status: RunStatus::Completed, reason: None, result: Some(result) },
        RunOutcome { run: 43, status: RunStatus::Denied, reason, result: None },
    ]
}

pub fn events_page() -> EventsPage {
    EventsPage { next_seq: Some(101) }
}
