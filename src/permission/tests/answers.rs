//! Once, session, always, deny, deny always; taking them back.

use super::*;

fn cargo() -> Vec<String> {
    vec!["cargo".to_owned()]
}

impl Desk {
    async fn answer(&self, scope: &[String], answer: PermissionAnswer) -> Result<(), ChangeError> {
        self.permissions.answer(&demo(), Permission::Spawn, scope, answer, "test").await
    }

    async fn spawn_in(&self, stream: StreamId) -> Result<Permit<Spawn>, Denial> {
        let scope = Some("cargo".to_owned());
        self.permissions.authorize(Ask { plugin: demo(), scope, stream, span: None }).await
    }

    fn lasting(&self) -> Option<Lasting> {
        self.permissions.view(&demo())[1].lasting
    }
}

#[tokio::test]
async fn once_is_used_up_by_the_first_run_that_uses_it_and_counts_within_it() {
    let desk = Desk::new(false);
    desk.answer(&[], PermissionAnswer::Once).await.unwrap();
    assert_eq!(desk.lasting(), Some(Lasting::Once));
    let (first, second) = (StreamId::Run(RunId(1)), StreamId::Run(RunId(2)));
    assert!(desk.spawn_in(first).await.is_ok());
    assert!(desk.spawn_in(second).await.is_err());
    assert!(desk.spawn_in(first).await.is_ok(), "the run that used it goes on having it");
    assert_eq!(desk.lasting(), None);
    desk.permissions.end_run(RunId(1));
    assert!(desk.spawn_in(first).await.is_err());
}

#[tokio::test]
async fn once_outside_runs_is_one_use_which_may_still_be_revoked() {
    let desk = Desk::new(false);
    desk.answer(&cargo(), PermissionAnswer::Once).await.unwrap();
    let permit = desk.spawn_in(StreamId::Host).await.unwrap();
    assert!(desk.spawn_in(StreamId::Host).await.is_err());
    let still = desk.permissions.revoked(&permit);
    tokio::pin!(still);
    assert!(futures_util::poll!(&mut still).is_pending(), "what was used up goes on counting for its permit");
    desk.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap();
    assert_eq!(still.await.permission, Permission::Spawn);
}

#[tokio::test]
async fn a_session_answer_is_in_no_file_and_in_no_other_process() {
    let desk = Desk::new(false);
    desk.answer(&[], PermissionAnswer::Session).await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
    assert_eq!(desk.lasting(), Some(Lasting::Session));
    assert!(!desk.places.permissions_file().exists() && !desk.places.trust_file().exists());
    let other = desk.other_process();
    assert_eq!(other.view(&demo())[1].standing, Standing::Requested);
    // It is bound to the content.
    desk.permissions.register(subject("2", false));
    assert!(desk.spawn("cargo").await.is_err());
}

#[tokio::test]
async fn a_denial_for_the_session_goes_over_what_is_granted_always_and_ends_what_is_in_flight() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let permit = desk.spawn("cargo").await.unwrap();
    let scope = cargo();
    let (denial, answered) =
        tokio::join!(desk.permissions.revoked(&permit), desk.answer(&scope, PermissionAnswer::Deny));
    answered.unwrap();
    assert!(denial.rule.contains("denied for this session"), "{denial}");
    assert!(desk.read().await.is_ok(), "another permission was touched");
    // The last answer counts.
    desk.answer(&[], PermissionAnswer::Session).await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
}

#[tokio::test]
async fn always_is_written_bound_to_the_content_and_takes_back_a_denial() {
    let desk = Desk::new(false);
    desk.answer(&[], PermissionAnswer::DenyAlways).await.unwrap();
    assert!(desk.spawn("cargo").await.unwrap_err().rule.contains("config/permissions.yaml denies it"));
    for answer in [PermissionAnswer::Once, PermissionAnswer::Session] {
        let refused = desk.answer(&[], answer).await.unwrap_err();
        assert!(matches!(refused, ChangeError::DeniedElsewhere { .. }), "{refused}");
    }
    desk.answer(&[], PermissionAnswer::Always).await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok() && desk.read().await.is_err());
    let text = desk.permissions_text();
    assert!(text.contains("name: spawn") && text.contains("- cargo") && text.contains("deny: []"), "{text}");
    let other = desk.other_process();
    assert_eq!(other.view(&demo())[1].standing, Standing::Granted);
    desk.permissions.register(subject("2", false));
    assert!(desk.spawn("cargo").await.unwrap_err().rule.contains("other content"));
}

#[tokio::test]
async fn a_plugin_that_changed_is_looked_at_before_it_gets_more_and_keeps_its_entry_until_then() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let before = desk.permissions_text();
    desk.permissions.register(subject("2", false));
    let refused = desk.answer(&cargo(), PermissionAnswer::Always).await.unwrap_err();
    assert!(matches!(refused, ChangeError::Changed(_)), "{refused}");
    assert!(desk.spawn("cargo").await.is_err() && desk.read().await.is_err());
    assert_eq!(desk.permissions_text(), before);
    // A no needs no look.
    desk.answer(&cargo(), PermissionAnswer::DenyAlways).await.unwrap();
}

#[tokio::test]
async fn a_yes_may_be_narrower_than_the_request_and_never_wider() {
    let desk = Desk::new(false);
    let everything = Subject { requests: vec![Request::all_of(Permission::Spawn)], ..subject("1", false) };
    for answer in [PermissionAnswer::Once, PermissionAnswer::Session, PermissionAnswer::Always] {
        let refused = desk.answer(&["rm".to_owned()], answer).await.unwrap_err();
        assert!(matches!(refused, ChangeError::Wider { .. }), "{refused}");
        assert!(refused.to_string().contains("--grant demo:spawn=rm"), "{refused}");
        let other = desk.permissions.answer(&demo(), Permission::Network, &[], answer, "test").await.unwrap_err();
        assert!(matches!(other, ChangeError::NotAskedFor { .. }), "{other}");
    }
    desk.permissions.register(everything);
    desk.answer(&["rm".to_owned()], PermissionAnswer::Always).await.unwrap();
    assert!(desk.spawn("rm").await.is_ok() && desk.spawn("cargo").await.is_err());
    let deny = PermissionAnswer::DenyAlways;
    let refused = desk.permissions.answer(&demo(), Permission::ReadWorkflow, &cargo(), deny, "test").await;
    assert!(matches!(refused.unwrap_err(), ChangeError::NoScope(_)));
}

#[tokio::test]
async fn reset_forgets_every_answer_wherever_it_was_kept() {
    let desk = Desk::new(false);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    desk.answer(&[], PermissionAnswer::Deny).await.unwrap();
    desk.permissions.reset(&demo(), Some(Permission::Spawn), "test").await.unwrap();
    let standings = || desk.permissions.view(&demo()).iter().map(|view| view.standing).collect::<Vec<_>>();
    assert_eq!(standings(), [Standing::Granted, Standing::Requested]);
    desk.answer(&[], PermissionAnswer::DenyAlways).await.unwrap();
    desk.permissions.reset(&demo(), None, "test").await.unwrap();
    assert_eq!(standings(), [Standing::Requested, Standing::Requested]);
    assert!(desk.permissions.is_approved(&demo(), &ContentHash::of(b"1")), "it may still run");

    let bundled = Desk::new(true);
    bundled.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap();
    bundled.permissions.reset(&demo(), Some(Permission::Spawn), "test").await.unwrap();
    assert!(bundled.spawn("cargo").await.is_ok(), "it has again what it needs");
}

#[tokio::test]
async fn reset_makes_a_request_again_of_what_the_approval_of_a_bundled_plugin_gave() {
    let desk = Desk::new(true);
    let mut optional = subject("1", true);
    optional.requests[1].optional = true;
    desk.permissions.register(optional);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
    desk.permissions.reset(&demo(), Some(Permission::Spawn), "test").await.unwrap();
    assert!(desk.spawn("cargo").await.unwrap_err().rule.contains("optional"));
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    assert!(desk.spawn("cargo").await.is_ok());
}

#[tokio::test]
async fn every_answer_is_audited_and_a_repeated_denial_is_told_once_a_run() {
    let desk = Desk::new(false);
    for _ in 0..3 {
        desk.spawn("cargo").await.unwrap_err();
    }
    desk.spawn_in(StreamId::Run(RunId(8))).await.unwrap_err();
    desk.answer(&[], PermissionAnswer::Session).await.unwrap();
    desk.permissions.reset(&demo(), None, "test").await.unwrap();
    let told: Vec<_> = desk.permissions.audit_log(None, 10).await.iter().map(|entry| entry.what).collect();
    assert_eq!(told, [AuditAct::Reset, AuditAct::Answered, AuditAct::Denied, AuditAct::Denied]);
    let log = desk.permissions.audit_log(Some(demo()), 2).await;
    assert_eq!((log[1].why.as_str(), log[1].decision), ("session", Some(Decision::Granted)));
    assert_eq!(log[1].scope, cargo());
}

#[tokio::test]
async fn accepting_takes_the_file_that_was_looked_at_and_no_other() {
    let desk = Desk::new(false);
    let text = format!("plugins:\n  demo:\n    content: {}\n    allow: [read_workflow]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), &text).unwrap();
    desk.read().await.unwrap_err();
    let (seen, entries) = desk.permissions.file_content();
    assert_eq!((entries[0].allow.as_slice(), entries[0].is_present), (["read_workflow".to_owned()].as_slice(), true));
    std::fs::write(desk.places.permissions_file(), text + "    deny: []\n").unwrap();
    let refused = desk.permissions.accept_file(seen.clone(), "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::NotAsShown), "{refused}");
    let (now, _) = desk.permissions.file_content();
    assert_ne!(now, seen);
    desk.permissions.accept_file(now, "test").await.unwrap();
    assert!(desk.read().await.is_ok());
}

#[tokio::test]
async fn reset_says_so_when_the_file_keeps_an_answer_that_can_not_be_taken_out() {
    let desk = Desk::new(false);
    let text = format!("plugins:\n  demo:\n    content: {}\n    deny: [spawn]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), &text).unwrap();
    for about in [Some(Permission::Spawn), None] {
        let refused = desk.permissions.reset(&demo(), about, "test").await.unwrap_err();
        assert!(matches!(refused, ChangeError::NotAccepted), "{refused}");
    }
    assert_eq!(desk.permissions_text(), text);
    desk.permissions.reset(&demo(), Some(Permission::ReadWorkflow), "test").await.unwrap();
    std::fs::write(desk.places.permissions_file(), "plugins: [").unwrap();
    let refused = desk.permissions.reset(&demo(), Some(Permission::Spawn), "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::Broken(_)), "{refused}");
}

#[tokio::test]
async fn forgetting_tells_whether_there_was_something_of_that_plugin() {
    let desk = Desk::new(false);
    let plugin = demo();
    let forget = |with_runs| desk.permissions.forget(&plugin, Some(Permission::Spawn), &[], with_runs, "test");
    assert!(!forget(true).await);
    desk.answer(&[], PermissionAnswer::Session).await.unwrap();
    assert!(forget(false).await);
    let grant = RunGrant { plugin: demo(), permission: Permission::Spawn, scope: None };
    desk.permissions.grant_for_run(RunId(7), vec![grant]);
    assert!(!forget(false).await);
    assert!(forget(true).await);
    assert!(!forget(true).await);
}

#[tokio::test]
async fn a_change_of_the_files_by_somebody_else_is_told_once() {
    let desk = Desk::new(false);
    let text = format!("plugins:\n  demo:\n    content: {}\n    deny: [spawn]\n", ContentHash::of(b"1"));
    std::fs::write(desk.places.permissions_file(), text).unwrap();
    desk.permissions.look_again().await;
    desk.permissions.look_again().await;
    desk.bus.close().await;
    let told = desk.journal.stored(StreamId::Host);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(matches!(&told[0].kind, EventKind::GrantChanged { .. }) && told[0].plugin.is_none());
}
