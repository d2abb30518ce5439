//! What tells short answers from lasting ones, and what waits besides plugins.

use crossterm::event::KeyCode;
use orchestrator_protocol::permission::Permission;

use super::fixture::{answer, at, key, name};
use super::granted::{allowed, handlers, permissions};
use super::picture::text;
use crate::event::ContentHash;
use crate::orchestrator::api::{
    Answer, Command, HandlerLasting, Lasting, PermissionState, PermissionsFileEntry, PermissionsFileView, Query,
};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    let command = |effect| match effect {
        Effect::Do(command) => Some(command),
        _ => None,
    };
    effects.into_iter().filter_map(command).collect()
}

fn file() -> PermissionsFileView {
    PermissionsFileView {
        file: "/home/ada/project/config/permissions.yaml".into(),
        content: Some(ContentHash::of(b"file")),
        accepted: false,
        problems: Vec::new(),
        plugins: vec![PermissionsFileEntry {
            plugin: name("shelltools"),
            content: ContentHash::of(b"shelltools"),
            is_present: true,
            allow: vec!["spawn (cargo)".into()],
            deny: vec!["network".into()],
        }],
    }
}

/// With a permissions file that nobody has accepted.
fn unaccepted() -> Model {
    let mut model = allowed(120, 36);
    answer(&mut model, Query::PermissionsFile, Answer::PermissionsFile(Box::new(file())));
    update(&mut model, Message::Tick(at(1_000)));
    model
}

#[test]
fn a_permissions_file_waits_with_what_it_grants_and_is_accepted_as_it_was_shown() {
    let mut model = unaccepted();
    key(&mut model, KeyCode::Char('!'));
    let shown = text(&model);
    for part in ["May config/permissions.yaml count here?", "allow spawn (cargo)", "deny  network"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(commands(key(&mut model, KeyCode::Char('A'))).is_empty(), "nobody can have read it");
    update(&mut model, Message::Tick(at(2_000)));
    let seen = Some(ContentHash::of(b"file"));
    assert_eq!(commands(key(&mut model, KeyCode::Char('A'))), [Command::AcceptPermissionsFile { seen }]);
}

#[test]
fn a_permissions_file_may_wait_and_one_that_is_accepted_does_not() {
    let mut model = unaccepted();
    key(&mut model, KeyCode::Char('!'));
    update(&mut model, Message::Tick(at(2_000)));
    assert!(commands(key(&mut model, KeyCode::Enter)).is_empty());
    assert!(text(&model).contains("the file stays unaccepted"));
    key(&mut model, KeyCode::Esc);
    let accepted = PermissionsFileView { accepted: true, ..file() };
    answer(&mut model, Query::PermissionsFile, Answer::PermissionsFile(Box::new(accepted)));
    key(&mut model, KeyCode::Char('!'));
    assert!(text(&model).contains("May shelltools run?"));
}

#[test]
fn who_only_looks_is_told_why_there_are_no_answers() {
    let mut model = unaccepted();
    model.screen.readonly = true;
    key(&mut model, KeyCode::Char('!'));
    assert!(text(&model).contains("Opened with --readonly: this can be read here"), "{}", text(&model));
}

#[test]
fn a_denial_for_the_session_does_not_look_like_one_for_good() {
    let mut model = allowed(120, 36);
    let mut views = permissions();
    let network = &mut views[0];
    (network.state, network.lasting) = (PermissionState::Denied, Some(Lasting::Session));
    answer(&mut model, Query::Permissions, Answer::Permissions(views));
    key(&mut model, KeyCode::Char('3'));
    model.plugins.select(&name("command_agents"));
    let column = Permission::ALL.into_iter().position(|known| known == Permission::Network).unwrap();
    (0..column).for_each(|_| drop(key(&mut model, KeyCode::Right)));
    let shown = text(&model);
    assert!(shown.contains("⊘d") && shown.contains("denied for this session"), "{shown}");
    assert!(shown.contains("⊘D"), "{shown}");
}

#[test]
fn once_is_not_offered_for_what_the_kernel_holds() {
    let mut model = allowed(120, 36);
    let mut views = permissions();
    views[0].takes_once = false;
    answer(&mut model, Query::Permissions, Answer::Permissions(views));
    let mut plugins = super::fixture::plugins();
    plugins.truncate(3);
    answer(&mut model, Query::Plugins, Answer::Plugins(plugins));
    update(&mut model, Message::Tick(at(1_000)));
    key(&mut model, KeyCode::Char('!'));
    update(&mut model, Message::Tick(at(2_000)));
    let shown = text(&model);
    assert!(shown.contains("asks for network") && !shown.contains("once: the next run"), "{shown}");
    assert!(commands(key(&mut model, KeyCode::Char('o'))).is_empty());
}

#[test]
fn for_good_makes_last_what_is_off_for_the_session() {
    let mut model = allowed(120, 36);
    let mut all = handlers();
    all.iter_mut().for_each(|handler| (handler.enabled, handler.switched) = (false, Some(HandlerLasting::Session)));
    answer(&mut model, Query::Hooks, Answer::Hooks(all.clone()));
    key(&mut model, KeyCode::Char('4'));
    assert!(text(&model).contains("○ off now") && text(&model).contains("turned it off for this session"));
    let switched = |command: &Command| match command {
        Command::SetHandler { enabled, lasting, .. } => (*enabled, *lasting),
        other => panic!("{other:?}"),
    };
    let pressed =
        |model: &mut Model, code| commands(key(model, KeyCode::Char(code))).iter().map(switched).collect::<Vec<_>>();
    assert_eq!(pressed(&mut model, 'E'), [(false, HandlerLasting::Always)]);
    assert_eq!(pressed(&mut model, 'e'), [(true, HandlerLasting::Session)]);
    all.iter_mut().for_each(|handler| handler.switched = Some(HandlerLasting::Always));
    answer(&mut model, Query::Hooks, Answer::Hooks(all));
    assert!(text(&model).contains("turned it off for good"));
    assert_eq!(pressed(&mut model, 'E'), [(true, HandlerLasting::Always)]);
}
