//! Answers to a part of what is asked for, and approvals beside a denial.

use super::*;
use crate::permission::change;
use crate::permission::state::{Files, State};

/// One that asks for reading a folder, and for the network.
fn reader() -> Subject {
    let folder = Request { scope: vec!["data".to_owned()], ..Request::all_of(Permission::ReadFiles) };
    Subject { requests: vec![folder, Request::all_of(Permission::Network)], ..subject("1", false) }
}

fn desk() -> Desk {
    let desk = Desk::new(false);
    desk.permissions.register(reader());
    desk
}

impl Desk {
    async fn answer_files(&self, scope: &str, answer: PermissionAnswer) -> Result<(), ChangeError> {
        self.permissions.answer(&demo(), Permission::ReadFiles, &[scope.to_owned()], answer, "test").await
    }

    /// The paths that a process of the plugin's gets now.
    fn paths(&self) -> Vec<String> {
        let granted = self.permissions.granted(&demo()).into_iter();
        granted.filter(|part| part.permission == Permission::ReadFiles).flat_map(|part| part.scope).collect()
    }
}

#[test]
fn a_path_lies_in_a_folder_as_it_is_written_and_never_by_going_up() {
    let within = |folder, path| is_within(Permission::ReadFiles, folder, path);
    for (folder, path) in
        [("data", "data"), ("data", "data/x"), ("./data/", "data//x/"), ("/", "/etc"), ("~", "~/x"), (".", "data")]
    {
        assert!(within(folder, path), "{path} in {folder}");
    }
    for (folder, path) in [
        ("data", "database"),
        ("data", "data/../secret"),
        ("data/x", "data"),
        (".", "/etc"),
        (".", "~/x"),
        ("~", "x"),
        ("/", "x"),
        ("data", "/data"),
    ] {
        assert!(!within(folder, path), "{path} in {folder}");
    }
    assert!(!is_within(Permission::Spawn, "bin", "bin/x"), "a program is no folder");
}

#[tokio::test]
async fn a_yes_to_a_part_of_a_folder_gives_that_part_and_no_more() {
    let desk = desk();
    for (answer, part) in [(PermissionAnswer::Session, "data/a"), (PermissionAnswer::Always, "./data/b")] {
        desk.answer_files(part, answer).await.unwrap();
    }
    assert_eq!(desk.paths(), ["./data/b", "data/a"]);
    let view = desk.permissions.view(&demo()).remove(0);
    assert_eq!((view.standing, view.rule.as_str()), (Standing::Requested, "granted only for ./data/b, data/a"));
    for wider in ["other", "data/../other", "/"] {
        let refused = desk.answer_files(wider, PermissionAnswer::Always).await.unwrap_err();
        assert!(matches!(refused, ChangeError::Wider { .. }), "{refused}");
    }
    desk.answer_files("data", PermissionAnswer::Always).await.unwrap();
    assert_eq!(desk.paths(), ["data"]);
}

#[tokio::test]
async fn a_part_of_a_folder_can_not_be_denied_and_the_refusal_names_the_folder() {
    let desk = desk();
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    for answer in [PermissionAnswer::Deny, PermissionAnswer::DenyAlways] {
        let refused = desk.answer_files("data/secret", answer).await.unwrap_err().to_string();
        assert!(
            refused.contains("asks for read_files on data, and the kernel can't take data/secret out"),
            "{refused}"
        );
    }
    assert_eq!(desk.paths(), ["data"], "what was refused changed something");
    // One that somebody wrote by hand is kept, all the same.
    let denied = desk.permissions_text() + "    deny: [{name: read_files, scope: [data/secret]}]\n";
    std::fs::write(desk.places.permissions_file(), denied).unwrap();
    desk.permissions.look_again().await;
    assert!(desk.paths().is_empty());
    assert_eq!(desk.permissions.view(&demo())[0].standing, Standing::Denied);
}

#[tokio::test]
async fn one_denied_name_leaves_the_others_of_the_same_request() {
    let desk = Desk::new(false);
    let two = Request { scope: vec!["a".to_owned(), "b".to_owned()], ..Request::all_of(Permission::ReadFiles) };
    desk.permissions.register(Subject { requests: vec![two], ..subject("1", false) });
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    desk.answer_files("a", PermissionAnswer::Deny).await.unwrap();
    assert_eq!(desk.paths(), ["b"]);
}

#[tokio::test]
async fn approving_grants_nothing_that_stays_denied() {
    let desk = desk();
    desk_answer(&desk, Permission::Network, PermissionAnswer::DenyAlways).await;
    assert!(desk.permissions.view(&demo())[1].stays_denied);
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let text = desk.permissions_text();
    assert_eq!(text.matches("network").count(), 1, "both allowed and denied: {text}");
    let standings: Vec<_> = desk.permissions.view(&demo()).iter().map(|view| view.standing).collect();
    assert_eq!(standings, [Standing::Granted, Standing::Denied]);
}

async fn desk_answer(desk: &Desk, permission: Permission, answer: PermissionAnswer) {
    desk.permissions.answer(&demo(), permission, &[], answer, "test").await.unwrap();
}

#[tokio::test]
async fn only_the_content_that_was_shown_is_approved() {
    let desk = desk();
    let seen = Some(ContentHash::of(b"1"));
    desk.permissions.register(Subject { content: ContentHash::of(b"2"), ..reader() });
    for refused in [
        desk.permissions.approve(&demo(), seen.clone(), "test").await,
        desk.permissions.trust(&demo(), seen.clone(), "test").await,
    ] {
        assert!(matches!(refused.unwrap_err(), ChangeError::PluginNotAsShown(_)));
    }
    assert!(!desk.permissions.is_approved(&demo(), &ContentHash::of(b"2")));
    desk.permissions.register(reader());
    desk.permissions.approve(&demo(), seen, "test").await.unwrap();
}

#[tokio::test]
async fn what_somebody_writes_into_the_file_meanwhile_is_not_accepted_along_with_an_answer() {
    let desk = desk();
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    let state = State { files: Files::read(&desk.places), ..desk.permissions.state().clone() };
    let sneaked = desk.permissions_text() + "# and one more\n";
    std::fs::write(desk.places.permissions_file(), &sneaked).unwrap();
    let refused = change::answer_always(&desk.places, &state, &demo(), Permission::Network, &[], false).unwrap_err();
    assert!(matches!(refused, ChangeError::NotAccepted), "{refused}");
    assert_eq!(desk.permissions_text(), sneaked);
    desk.permissions.look_again().await;
    assert_eq!(desk.permissions.file_standing(), FileStanding::NotAccepted);
}

#[tokio::test]
async fn the_remedy_of_one_that_runs_is_the_command_that_works() {
    let desk = desk();
    desk_answer(&desk, Permission::Network, PermissionAnswer::Always).await;
    desk.permissions.register(Subject { content: ContentHash::of(b"2"), ..reader() });
    let never = desk.permissions.authorize::<ReadFiles>(ask("data")).await.unwrap_err();
    assert_eq!(never.rule, "nobody has granted it", "it was never granted to any content");
    desk.permissions.approve(&demo(), None, "test").await.unwrap();
    desk.permissions.revoke(&demo(), Permission::ReadFiles, "test").await.unwrap();
    let denial = desk.permissions.authorize::<ReadFiles>(ask("data")).await.unwrap_err();
    let command = "orchestrator permission grant demo read_files --scope data";
    assert_eq!(denial.remedy, format!("to grant it: {command}; for one run: --grant demo:read_files=data"));
}

fn ask(scope: &str) -> Ask {
    Ask { plugin: demo(), scope: Some(scope.to_owned()), stream: RUN, span: None }
}
