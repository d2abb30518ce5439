mod answers;
mod flood;
mod parts;
mod policies;
mod rules;

use std::os::unix::fs::PermissionsExt;

use orchestrator_protocol::permission::Permission;

use super::*;
use crate::config::{Bases, Places};
use crate::event::bus::{Bus, MemoryJournal};
use crate::event::{ContentHash, Decision, EventKind, PluginName, RunId, SpanId, StreamId};

/// A project with one plugin, `demo`, that asks for reading workflows and for starting `cargo`.
struct Desk {
    _dir: tempfile::TempDir,
    places: Places,
    journal: std::sync::Arc<MemoryJournal>,
    bus: Bus,
    permissions: Permissions,
}

const RUN: StreamId = StreamId::Run(RunId(7));

fn demo() -> PluginName {
    "demo".parse().unwrap()
}

fn subject(content: &str, bundled: bool) -> Subject {
    let cargo = Request { scope: vec!["cargo".to_owned()], ..Request::all_of(Permission::Spawn) };
    Subject {
        name: demo(),
        content: ContentHash::of(content.as_bytes()),
        requests: vec![Request::all_of(Permission::ReadWorkflow), cargo],
        bundled,
        dir: None,
    }
}

impl Desk {
    fn new(bundled: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("config")).unwrap();
        let home = dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let places = Places::at(dir.path(), &bases).unwrap();
        let journal = std::sync::Arc::new(MemoryJournal::default());
        let bus = Bus::start(journal.clone());
        let permissions = Permissions::open(places.clone(), bus.clone());
        permissions.register(subject("1", bundled));
        Desk { _dir: dir, places, journal, bus, permissions }
    }

    /// The same project in another process.
    fn other_process(&self) -> Permissions {
        let other = Permissions::open(self.places.clone(), self.bus.clone());
        other.register(subject("1", false));
        other
    }

    async fn read(&self) -> Result<Permit<ReadWorkflow>, Denial> {
        self.permissions.authorize(Ask { plugin: demo(), scope: None, stream: RUN, span: Some(SpanId(3)) }).await
    }

    async fn spawn(&self, program: &str) -> Result<Permit<Spawn>, Denial> {
        let scope = Some(program.to_owned());
        self.permissions.authorize(Ask { plugin: demo(), scope, stream: RUN, span: None }).await
    }

    fn audit(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.places.audit_file()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn permissions_text(&self) -> String {
        std::fs::read_to_string(self.places.permissions_file()).unwrap()
    }
}

#[tokio::test]
async fn nothing_is_granted_until_somebody_grants_it_and_the_denial_says_how() {
    let desk = Desk::new(false);
    let denial = desk.spawn("cargo").await.unwrap_err();
    insta::assert_snapshot!(denial, @r"
    demo lacks permission: spawn (cargo): nobody has granted it
    to grant what it asks for: orchestrator plugin approve demo; for one run: --grant demo:spawn=cargo
    ");
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert_eq!(desk.spawn("cargo").await.unwrap().scope(), Some("cargo"));
    assert!(desk.read().await.is_ok());
    assert!(desk.permissions.is_approved(&demo(), &ContentHash::of(b"1")));
    assert!(!desk.permissions.is_approved(&demo(), &ContentHash::of(b"2")));
}

#[tokio::test]
async fn every_decision_is_an_event_and_denials_and_changes_are_audited() {
    let desk = Desk::new(false);
    desk.read().await.unwrap_err();
    desk.permissions.approve(&demo(), None, "the operator").await.unwrap();
    desk.read().await.unwrap();
    desk.bus.close().await;
    let events = desk.journal.stored(RUN);
    let decisions: Vec<Decision> = events
        .iter()
        .map(|event| match &event.kind {
            EventKind::PermissionChecked { permission: Permission::ReadWorkflow, decision, .. } => *decision,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(decisions, [Decision::Denied, Decision::Granted]);
    assert_eq!((events[0].plugin.clone(), events[0].span), (Some(demo()), Some(SpanId(3))));
    assert!(matches!(desk.journal.stored(StreamId::Host)[0].kind, EventKind::GrantChanged { .. }));
    let audit = desk.audit();
    assert_eq!((audit.len(), &audit[0]["what"], &audit[0]["run"]), (2, &"denied".into(), &7.into()));
    assert_eq!((&audit[0]["permission"], &audit[0]["decision"]), (&"read_workflow".into(), &"denied".into()));
    assert_eq!((&audit[1]["who"], &audit[1]["what"]), (&"the operator".into(), &"approved".into()));
    assert!(audit.iter().all(|line| line["content"] == ContentHash::of(b"1").as_str()), "{audit:?}");
    for file in [desk.places.audit_file(), desk.places.trust_file()] {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_refused_even_with_a_grant() {
    let desk = Desk::new(true);
    desk.permissions
        .grant_for_run(RunId(7), vec![RunGrant { plugin: demo(), permission: Permission::ExecuteAgent, scope: None }]);
    let ask = Ask { plugin: demo(), scope: Some("planner_agent".to_owned()), stream: RUN, span: None };
    let denial = desk.permissions.authorize::<ExecuteAgent>(ask).await.unwrap_err();
    assert!(denial.rule.contains("does not ask"), "{denial}");
    // Scopes are exact.
    for other in ["/usr/bin/cargo", "cargo-clippy", "rm", ""] {
        assert!(desk.spawn(other).await.is_err(), "{other}");
    }
    assert!(desk.spawn("cargo").await.is_ok());
}

#[tokio::test]
async fn a_grant_for_a_run_holds_in_that_run_until_it_ends() {
    let desk = Desk::new(false);
    let grant = RunGrant { plugin: demo(), permission: Permission::Spawn, scope: Some("cargo".to_owned()) };
    desk.permissions.grant_for_run(RunId(7), vec![grant]);
    assert!(desk.spawn("cargo").await.is_ok());
    assert!(desk.read().await.is_err());
    let elsewhere =
        Ask { plugin: demo(), scope: Some("cargo".to_owned()), stream: StreamId::Run(RunId(8)), span: None };
    assert!(desk.permissions.authorize::<Spawn>(elsewhere).await.is_err());
    desk.permissions.end_run(RunId(7));
    assert!(desk.spawn("cargo").await.is_err());
}

#[tokio::test]
async fn a_bundled_plugin_has_what_it_asks_for_until_it_is_revoked() {
    let desk = Desk::new(true);
    assert!(desk.read().await.is_ok());
    desk.permissions.revoke(&demo(), Permission::ReadWorkflow, "test").await.unwrap();
    let denial = desk.read().await.unwrap_err();
    assert!(denial.remedy.contains("orchestrator plugin approve demo"), "{denial}");
    assert!(desk.spawn("cargo").await.is_ok());
    // Also after a restart, and nothing was written into the project.
    let restarted = Permissions::open(desk.places.clone(), desk.bus.clone());
    restarted.register(subject("1", true));
    let standings: Vec<Standing> = restarted.view(&demo()).iter().map(|view| view.standing).collect();
    assert_eq!(standings, [Standing::Denied, Standing::Granted]);
    assert!(!desk.places.permissions_file().exists());
    restarted.approve(&demo(), None, "test").await.unwrap();
    assert!(desk.read().await.is_ok());
}

#[tokio::test]
async fn what_is_optional_to_a_bundled_plugin_is_granted_like_any_other_plugins() {
    let desk = Desk::new(true);
    let with_optional = |content: &str| {
        let mut subject = subject(content, true);
        subject.requests[1].optional = true;
        subject
    };
    desk.permissions.register(with_optional("1"));
    assert!(desk.read().await.is_ok());
    let standings: Vec<Standing> = desk.permissions.view(&demo()).iter().map(|view| view.standing).collect();
    assert_eq!(standings, [Standing::Granted, Standing::Requested]);
    insta::assert_snapshot!(desk.spawn("cargo").await.unwrap_err(), @r"
    demo lacks permission: spawn (cargo): it is optional to the plugin, and nobody has granted it
    to grant it: orchestrator permission grant demo spawn --scope cargo; for one run: --grant demo:spawn=cargo
    ");

    // For one run.
    let grant = RunGrant { plugin: demo(), permission: Permission::Spawn, scope: Some("cargo".to_owned()) };
    desk.permissions.grant_for_run(RunId(7), vec![grant]);
    assert!(desk.spawn("cargo").await.is_ok());
    desk.permissions.end_run(RunId(7));

    // In the file, which a stranger may have written: then it waits, and the way out is not to accept all of it.
    let content = ContentHash::of(b"1");
    let entry = format!("plugins:\n  demo:\n    content: {content}\n    allow: [{{name: spawn, scope: [cargo]}}]\n");
    std::fs::write(desk.places.permissions_file(), entry).unwrap();
    assert!(desk.read().await.is_ok());
    assert!(desk.spawn("cargo").await.unwrap_err().remedy.contains("--grant demo:spawn=cargo"));
    desk.permissions.accept_file(None, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
    std::fs::remove_file(desk.places.permissions_file()).unwrap();
    assert!(desk.spawn("cargo").await.is_err());

    // By approving it, until it is another one or until it is taken away.
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
    desk.permissions.register(with_optional("2"));
    assert!(desk.read().await.is_ok());
    assert!(desk.spawn("cargo").await.is_err());
    desk.permissions.register(with_optional("1"));
    desk.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_err());
}

#[tokio::test]
async fn a_hostile_scope_does_no_harm_where_it_is_shown_or_copied() {
    let desk = Desk::new(false);
    let everything = Subject { requests: vec![Request::all_of(Permission::Spawn)], ..subject("1", false) };
    desk.permissions.register(everything);
    let denial = desk.spawn("x; rm -rf '~'\u{1b}[2J\n\u{202e}").await.unwrap_err();
    let flag = "--grant 'demo:spawn=x; rm -rf '\\''~'\\'' \u{fffd}'";
    assert!(denial.remedy.ends_with(flag), "{denial}");
    assert_eq!(denial.scope.as_deref(), Some("x; rm -rf '~' \u{fffd}"));
    let long = desk.spawn(&"x".repeat(1_000_000)).await.unwrap_err();
    assert!(long.to_string().len() < 2000);
    desk.bus.close().await;
    for event in desk.journal.stored(RUN) {
        let text = serde_json::to_string(&event).unwrap();
        assert!(text.len() < 2000 && !text.contains("u001b") && !text.contains("\u{202e}"), "{text}");
    }
}

#[tokio::test]
async fn changed_content_is_held() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    desk.permissions.register(subject("2", false));
    let denial = desk.read().await.unwrap_err();
    assert!(denial.rule.contains(ContentHash::of(b"1").short()), "{denial}");
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert!(desk.read().await.is_ok());
    assert!(!desk.permissions.is_approved(&demo(), &ContentHash::of(b"1")));
}

#[tokio::test]
async fn trust_is_approval_and_more_and_ends_before_it() {
    let desk = Desk::new(false);
    let first = ContentHash::of(b"1");
    let standing = || (desk.permissions.is_approved(&demo(), &first), desk.permissions.is_trusted(&demo(), &first));
    let refused = desk.permissions.distrust(&demo(), "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::NotTrusted(_)), "{refused}");
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert_eq!(standing(), (true, false));
    desk.permissions.trust(&demo(), None, "test").await.unwrap();
    assert_eq!(standing(), (true, true));
    // Approving what is trusted takes nothing away.
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert_eq!(standing(), (true, true));
    desk.permissions.distrust(&demo(), "test").await.unwrap();
    assert_eq!(standing(), (true, false));
    assert!(desk.read().await.is_ok(), "its grants went with the trust");

    // What was trusted is not, once other content was approved, even when it is back.
    desk.permissions.trust(&demo(), None, "test").await.unwrap();
    desk.permissions.register(subject("2", false));
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert_eq!(standing(), (false, false));
    let done: Vec<_> = desk.audit().iter().map(|line| line["what"].clone()).collect();
    assert_eq!(done[..4], ["approved", "trusted", "approved", "distrusted"], "{done:?}");
}

#[tokio::test]
async fn a_file_of_before_there_was_approval_approves_what_it_trusts() {
    let desk = Desk::new(false);
    let first = ContentHash::of(b"1");
    desk.places.create_state_dir().unwrap();
    std::fs::write(desk.places.trust_file(), format!("trusted:\n  demo: {first}\n")).unwrap();
    let reopened = desk.other_process();
    assert!(reopened.is_approved(&demo(), &first) && reopened.is_trusted(&demo(), &first));
    reopened.distrust(&demo(), "test").await.unwrap();
    assert!(reopened.is_approved(&demo(), &first) && !reopened.is_trusted(&demo(), &first));
}

#[tokio::test]
async fn a_strangers_file_counts_for_nothing_until_it_is_accepted() {
    let desk = Desk::new(false);
    let text = format!("plugins:\n  demo:\n    content: {}\n    allow: [read_workflow]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), &text).unwrap();
    let denial = desk.read().await.unwrap_err();
    assert_eq!(desk.permissions.file_standing(), FileStanding::NotAccepted);
    assert!(denial.remedy.contains("orchestrator permission accept"), "{denial}");
    // Approving would accept the rest of the file unread.
    let refused = desk.permissions.approve(&demo(), None, "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::NotAccepted), "{refused}");
    assert!(refused.to_string().contains("orchestrator permission accept"));
    assert_eq!(desk.permissions_text(), text);

    desk.permissions.accept_file(None, "test").await.unwrap();
    assert!(desk.read().await.is_ok());
    std::fs::write(desk.places.permissions_file(), format!("{text}# more\n")).unwrap();
    let denial = desk.read().await.unwrap_err();
    assert!(denial.rule.contains("changed since"), "{denial}");
}

#[tokio::test]
async fn a_denial_in_the_file_goes_over_everything() {
    let desk = Desk::new(true);
    let text = format!("plugins:\n  demo:\n    content: {}\n    deny: [spawn]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), text).unwrap();
    let grant = RunGrant { plugin: demo(), permission: Permission::Spawn, scope: None };
    desk.permissions.grant_for_run(RunId(7), vec![grant]);
    assert!(desk.spawn("cargo").await.is_err());
    assert!(desk.read().await.is_ok());
}

#[tokio::test]
async fn a_file_with_a_fault_grants_nothing_and_says_where_it_is() {
    let desk = Desk::new(true);
    let text = format!("plugins:\n  demo:\n    content: {}\n    dney: [spawn]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), text).unwrap();
    let denial = desk.spawn("cargo").await.unwrap_err();
    assert!(denial.remedy.contains("permissions.yaml:4:5"), "{denial}");
    std::fs::write(desk.places.permissions_file(), "plugins:\n  demo: {content: x, allow: [reed_workflow]}\n").unwrap();
    assert!(desk.spawn("cargo").await.is_err());
    match desk.permissions.file_standing() {
        FileStanding::Broken(problems) => insta::assert_snapshot!(
            problems.0.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n"), @r"
        this is no content hash
        there is no permission `reed_workflow`
        "),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn revoking_takes_it_out_of_the_file_and_reaches_a_call_in_flight() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let permit = desk.spawn("cargo").await.unwrap();
    let plugin = demo();
    let (denial, revoked) =
        tokio::join!(desk.permissions.revoked(&permit), desk.permissions.revoke(&plugin, Permission::Spawn, "test"));
    revoked.unwrap();
    assert_eq!(denial.permission, Permission::Spawn);
    assert!(desk.spawn("cargo").await.is_err());
    assert!(desk.read().await.is_ok());
    assert!(!desk.permissions_text().contains("spawn"), "{}", desk.permissions_text());
    let again = desk.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap_err();
    assert!(matches!(again, ChangeError::NothingToRevoke { .. }), "{again}");
}

#[tokio::test]
async fn a_grant_for_a_run_can_be_revoked_while_it_runs() {
    let desk = Desk::new(false);
    let grant = RunGrant { plugin: demo(), permission: Permission::Spawn, scope: None };
    desk.permissions.grant_for_run(RunId(7), vec![grant]);
    assert!(desk.spawn("cargo").await.is_ok());
    desk.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_err());
}

#[tokio::test]
async fn what_another_process_grants_and_revokes_counts_here_at_once() {
    let desk = Desk::new(false);
    let other = desk.other_process();
    other.approve(&demo(), None, "the other").await.unwrap();
    assert!(desk.read().await.is_ok());
    other.revoke(&demo(), Permission::ReadWorkflow, "the other").await.unwrap();
    assert!(desk.read().await.is_err());
}

#[tokio::test]
async fn what_another_process_revokes_reaches_a_call_in_flight_though_nobody_asks() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let permit = desk.spawn("cargo").await.unwrap();
    let (other, plugin) = (desk.other_process(), demo());
    let (denial, revoked) =
        tokio::join!(desk.permissions.revoked(&permit), other.revoke(&plugin, Permission::Spawn, "the other"));
    revoked.unwrap();
    assert_eq!(denial.permission, Permission::Spawn);
}

#[tokio::test]
async fn unreadable_trust_approves_nothing_and_is_not_overwritten() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    std::fs::write(desk.places.trust_file(), "trusted: [").unwrap();
    assert!(desk.read().await.is_err());
    assert!(!desk.permissions.is_approved(&demo(), &ContentHash::of(b"1")));
    let error = desk.permissions.approve(&demo(), None, "test").await.unwrap_err();
    assert!(error.to_string().contains("trust.yaml"), "{error}");
    assert_eq!(std::fs::read_to_string(desk.places.trust_file()).unwrap(), "trusted: [");
}

#[tokio::test]
async fn a_plugin_that_is_gone_has_nothing() {
    let desk = Desk::new(true);
    desk.permissions.remove(&demo());
    assert!(desk.read().await.is_err());
    assert_eq!(desk.permissions.view(&demo()), []);
}
