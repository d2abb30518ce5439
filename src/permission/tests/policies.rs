//! What becomes of approval, grants and trust when a plugin changes.

use super::*;

fn asking(content: &str, requests: Vec<Request>) -> Subject {
    Subject { requests, dir: Some("/project/plugins/demo".into()), ..subject(content, false) }
}

fn spawn(programs: &[&str]) -> Request {
    let scope = programs.iter().map(|name| (*name).to_owned()).collect();
    Request { scope, ..Request::all_of(Permission::Spawn) }
}

/// Approved and trusted with two programs, under the policy.
async fn desk(policy: UpdatePolicy) -> Desk {
    let desk = Desk::new(false);
    desk.permissions.register(asking("1", vec![spawn(&["cargo", "make"])]));
    desk.permissions.trust(&demo(), None, "test").await.unwrap();
    desk.permissions.set_policy(&demo(), policy, "test").await.unwrap();
    assert_eq!(desk.permissions.policy(&demo()), policy);
    desk
}

/// Whether the plugin as it is now may run, is trusted, and may start `cargo`.
async fn standing(desk: &Desk, content: &str) -> (bool, bool, bool) {
    let content = ContentHash::of(content.as_bytes());
    let (approved, trusted) =
        (desk.permissions.is_approved(&demo(), &content), desk.permissions.is_trusted(&demo(), &content));
    (approved, trusted, desk.spawn("cargo").await.is_ok())
}

#[tokio::test]
async fn a_held_plugin_has_nothing_until_it_is_as_it_was() {
    let desk = desk(UpdatePolicy::Hold).await;
    desk.permissions.register(asking("2", vec![spawn(&["cargo"])]));
    assert_eq!(standing(&desk, "2").await, (false, false, false));
    desk.permissions.register(asking("1", vec![spawn(&["cargo", "make"])]));
    assert_eq!(standing(&desk, "1").await, (true, true, true));
}

#[tokio::test]
async fn keeping_holds_for_what_asks_for_no_more_and_never_for_trust() {
    let desk = desk(UpdatePolicy::KeepIfNoMore).await;
    desk.permissions.register(asking("2", vec![spawn(&["cargo"])]));
    assert_eq!(standing(&desk, "2").await, (true, false, true));
    // Against what was approved, not against what it was last.
    desk.permissions.register(asking("3", vec![spawn(&["make", "cargo"])]));
    assert_eq!(standing(&desk, "3").await, (true, false, true));
    let more = [
        vec![spawn(&["cargo", "rm"])],
        vec![Request::all_of(Permission::Spawn)],
        vec![spawn(&["cargo"]), Request { optional: true, ..Request::all_of(Permission::Network) }],
    ];
    for requests in more {
        desk.permissions.register(asking("4", requests.clone()));
        assert_eq!(standing(&desk, "4").await, (false, false, false), "{requests:?}");
    }
    // Also in a process that starts later.
    let other = desk.other_process();
    other.register(asking("2", vec![spawn(&["cargo"])]));
    assert!(other.is_approved(&demo(), &ContentHash::of(b"2")));
}

#[tokio::test]
async fn an_answer_under_a_kept_approval_stays_with_it() {
    let desk = desk(UpdatePolicy::KeepIfNoMore).await;
    desk.permissions.revoke(&demo(), Permission::Spawn, "test").await.unwrap();
    desk.permissions.register(asking("2", vec![spawn(&["cargo"])]));
    assert_eq!(standing(&desk, "2").await, (true, false, false));
    desk.permissions.answer(&demo(), Permission::Spawn, &[], PermissionAnswer::Always, "test").await.unwrap();
    assert_eq!(standing(&desk, "2").await, (true, false, true));
    desk.permissions.register(asking("3", vec![spawn(&["cargo"])]));
    assert_eq!(standing(&desk, "3").await, (true, false, true));
}

#[tokio::test]
async fn what_is_under_development_counts_as_approved_in_its_folder_alone() {
    let desk = desk(UpdatePolicy::Dev).await;
    desk.permissions.register(asking("2", vec![spawn(&["cargo"]), Request::all_of(Permission::Network)]));
    assert_eq!(standing(&desk, "2").await, (true, false, true));
    // What it newly asks for is a request.
    let standings: Vec<Standing> = desk.permissions.view(&demo()).iter().map(|view| view.standing).collect();
    assert_eq!(standings, [Standing::Granted, Standing::Requested]);
    let elsewhere = Subject { dir: Some("/elsewhere/demo".into()), ..asking("2", vec![spawn(&["cargo"])]) };
    desk.permissions.register(elsewhere);
    assert_eq!(standing(&desk, "2").await, (false, false, false));
    desk.permissions.register(asking("2", vec![spawn(&["cargo"])]));
    desk.permissions.set_policy(&demo(), UpdatePolicy::Hold, "test").await.unwrap();
    assert_eq!(standing(&desk, "2").await, (false, false, false));
}

#[tokio::test]
async fn a_plugin_of_the_program_is_always_held_and_an_unapproved_one_keeps_nothing() {
    let desk = Desk::new(true);
    for policy in [UpdatePolicy::KeepIfNoMore, UpdatePolicy::Dev] {
        let refused = desk.permissions.set_policy(&demo(), policy, "test").await.unwrap_err();
        assert!(matches!(refused, ChangeError::Bundled(_)), "{refused}");
    }
    let desk = Desk::new(false);
    let refused = desk.permissions.set_policy(&demo(), UpdatePolicy::KeepIfNoMore, "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::NotApproved(_)), "{refused}");
    let refused = desk.permissions.set_policy(&demo(), UpdatePolicy::Dev, "test").await.unwrap_err();
    assert!(matches!(refused, ChangeError::NoFolder(_)), "{refused}");
}

#[tokio::test]
async fn what_a_changed_plugin_asks_for_is_compared_with_what_was_approved() {
    let desk = desk(UpdatePolicy::Hold).await;
    assert_eq!(desk.permissions.request_changes(&demo()), None);
    desk.permissions.register(asking("2", vec![spawn(&["cargo", "rm"]), Request::all_of(Permission::Network)]));
    let changes = desk.permissions.request_changes(&demo()).unwrap();
    assert_eq!(changes.requests_added, ["spawn (cargo, rm)", "network"]);
    assert_eq!(changes.requests_removed, ["spawn (cargo, make)"]);
    assert_eq!(changes.to_string(), "now asks for spawn (cargo, rm), network too");
}

#[tokio::test]
async fn the_files_of_another_approval_are_not_compared() {
    let desk = desk(UpdatePolicy::Hold).await;
    let list = |content: &[u8]| FileList { content: ContentHash::of(content), files: Default::default() };
    desk.permissions.remember_files(&demo(), list(b"1")).await;
    assert_eq!(desk.permissions.approved_files(&demo()).await, Some(list(b"1")));
    desk.permissions.remember_files(&demo(), list(b"0")).await;
    assert_eq!(desk.permissions.approved_files(&demo()).await, None);
}
