//! The project's permissions, hook handlers and audit log.

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::OnFailure;

use super::fixture::{answer, at, broken_detail, name, opened, plugins};
use crate::event::{ContentHash, Decision, RunId};
use crate::orchestrator::api::{
    Answer, AuditAct, AuditEntry, ChangesView, HookSummary, Lasting, PermissionState, PermissionView, PluginDetail,
    Query, UpdatePolicy,
};
use crate::tui::model::Model;

fn view(plugin: &str, permission: Permission, state: PermissionState) -> PermissionView {
    let granted = state == PermissionState::Granted;
    PermissionView {
        plugin: name(plugin),
        permission,
        scope: Vec::new(),
        reason: None,
        optional: false,
        state,
        rule: if granted { "config/permissions.yaml grants it" } else { "nobody has answered" }.into(),
        lasting: granted.then_some(Lasting::Always),
        used: 0,
        first_used: None,
        last_used: None,
        breaks: Vec::new(),
        stays_denied: false,
        takes_once: true,
    }
}

pub fn permissions() -> Vec<PermissionView> {
    use Permission::{ExecuteAgent, Network, ReadFiles, ReadWorkflow, Spawn, WriteWorkflow};
    use PermissionState::{Denied, Granted, Requested};
    vec![
        PermissionView {
            scope: vec!["api.example.com:443".into()],
            reason: Some("fetches the model list".into()),
            optional: true,
            breaks: vec!["fetch_agent".into()],
            ..view("command_agents", Network, Requested)
        },
        PermissionView {
            scope: vec!["git".into(), "cargo".into()],
            reason: Some("runs the commands of its config".into()),
            used: 12,
            first_used: Some(at(-86_400_000)),
            last_used: Some(at(-62_000)),
            breaks: vec!["agent shell_agent".into(), "workflow command_chain".into()],
            ..view("command_agents", Spawn, Granted)
        },
        PermissionView { lasting: Some(Lasting::Session), ..view("command_agents", ExecuteAgent, Granted) },
        PermissionView { used: 3, last_used: Some(at(-1_000)), ..view("repo_audit", ReadWorkflow, Granted) },
        view("repo_audit", WriteWorkflow, Granted),
        PermissionView { lasting: Some(Lasting::Once), ..view("repo_audit", ReadFiles, Granted) },
        PermissionView { rule: "config/permissions.yaml denies it".into(), ..view("repo_audit", Spawn, Denied) },
        view("shelltools", Spawn, Requested),
        view("shelltools", ReadFiles, Requested),
    ]
}

pub fn handlers() -> Vec<HookSummary> {
    let handler = |hook, plugin: &str, handler: &str, order, fired| HookSummary {
        hook,
        plugin: name(plugin),
        handler: handler.into(),
        priority: 10 - i32::try_from(order).unwrap(),
        timeout_ms: 5_000,
        on_failure: OnFailure::Continue,
        order,
        fired,
        enabled: true,
        switched: None,
        overridden: None,
    };
    vec![
        handler(HookName::PostWorkflowExecution, "repo_audit", "summarise", 1, 0),
        handler(HookName::PreWorkflowExecution, "repo_audit", "enrich", 1, 4),
        HookSummary { enabled: false, ..handler(HookName::PreWorkflowExecution, "command_agents", "note", 2, 1) },
        HookSummary {
            on_failure: OnFailure::Abort,
            overridden: Some("it fails with abort instead of continue".into()),
            ..handler(HookName::PreWorkflowExecution, "shelltools", "rewrite", 3, 0)
        },
    ]
}

pub fn audit() -> Vec<AuditEntry> {
    let entry = |seconds: i64, what, plugin: Option<&str>, permission| AuditEntry {
        time: at(-1_000 * seconds),
        who: "the operator".into(),
        what,
        plugin: plugin.map(name),
        content: plugin.map(|plugin| ContentHash::of(plugin.as_bytes())),
        permission,
        scope: Vec::new(),
        decision: None,
        run: None,
        why: String::new(),
    };
    vec![
        AuditEntry {
            who: "the plugin".into(),
            scope: vec!["curl".into()],
            decision: Some(Decision::Denied),
            run: Some(RunId(41)),
            why: "config/permissions.yaml denies it".into(),
            ..entry(60, AuditAct::Denied, Some("repo_audit"), Some(Permission::Spawn))
        },
        entry(3_000, AuditAct::Revoked, Some("repo_audit"), Some(Permission::Network)),
        AuditEntry {
            scope: vec!["git".into(), "cargo".into()],
            decision: Some(Decision::Granted),
            why: "always".into(),
            ..entry(4_000, AuditAct::Answered, Some("command_agents"), Some(Permission::Spawn))
        },
        entry(5_000, AuditAct::Approved, Some("repo_audit"), None),
        entry(90_000, AuditAct::FileAccepted, None, None),
    ]
}

/// A held plugin that has changed since it was approved.
pub fn held_detail() -> PluginDetail {
    let asks = |permission| {
        permissions().into_iter().find(|view| view.plugin == name("shelltools") && view.permission == permission)
    };
    PluginDetail {
        summary: plugins().remove(3),
        dir: "/home/ada/demo-project/plugins/shelltools".into(),
        content_hash: Some(ContentHash::of(b"shelltools")),
        permissions: [asks(Permission::Spawn), asks(Permission::ReadFiles)].into_iter().flatten().collect(),
        policy: UpdatePolicy::Hold,
        changes: Some(ChangesView {
            added: vec!["src/telemetry.rs".into()],
            removed: vec!["src/quiet.rs".into()],
            changed: vec!["plugin.yaml".into(), "src/lib.rs".into()],
            requests_added: vec!["spawn".into()],
            requests_removed: Vec::new(),
        }),
        warnings: Vec::new(),
        ..broken_detail()
    }
}

/// With the project open, and everything known about who may do what.
pub fn allowed(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    tell(&mut model);
    model
}

pub fn tell(model: &mut Model) {
    answer(model, Query::Permissions, Answer::Permissions(permissions()));
    answer(model, Query::Hooks, Answer::Hooks(handlers()));
}
