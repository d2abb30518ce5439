//! Saving a plugin's config, and what others save.

use crossterm::event::KeyCode;
use serde_json::json;

use super::config::{DOCUMENT, document, editing, editor, mend, query, saved, select, view};
use super::fixture::{answer, at, ctrl, key, name};
use super::picture::text;
use crate::event::{Event, EventKind, SCHEMA_VERSION, StreamId};
use crate::orchestrator::api::{Answer, Command, ConfigView, Done, FacadeError, FailureKind};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

#[test]
fn saving_shows_the_difference_first() {
    let mut model = editing(120, 36);
    assert!(saved(ctrl(&mut model, 's')).is_none());
    assert!(text(&model).contains("there is nothing to save"));
    mend(&mut model);
    assert!(saved(ctrl(&mut model, 's')).is_none());
    let shown = text(&model);
    assert!(shown.contains("-   \"retries\": 12,") && shown.contains("+   \"retries\": 9,"), "{shown}");
    let save = saved(key(&mut model, KeyCode::Enter)).expect("a save");
    assert_eq!((save.base.as_deref(), save.overwrite), (Some("1"), false));
    let [secret] = &save.secrets[..] else { panic!("{:?}", save.secrets.len()) };
    assert_eq!((secret.pointer.as_str(), secret.value.as_deref()), ("/api_key", Some("sk-very-secret")));
    assert!(!save.document.contains("sk-very-secret"));
    assert!(saved(key(&mut model, KeyCode::Enter)).is_none(), "saved twice");
    let message = "the config of repo_audit is saved; the plugin was started anew with it".to_owned();
    let done = Message::Done { command: Command::SaveConfig(save.clone()), result: Ok(Done::Ok { message }) };
    let effects = update(&mut model, done);
    assert!(effects.contains(&Effect::Ask(query())));
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("started anew with it")));
    let told = ConfigView { document: save.document, revision: Some("2".into()), problems: Vec::new(), ..view() };
    answer(&mut model, query(), Answer::Config(Box::new(told)));
    assert!(!editor(&model).is_changed() && editor(&model).disk.is_none());
    assert!(text(&model).contains("✓ valid"));
}

/// What the host says of the file once it holds the text that was saved.
fn written(document: String) -> Answer {
    Answer::Config(Box::new(ConfigView { document, revision: Some("2".into()), problems: Vec::new(), ..view() }))
}

#[test]
fn its_own_save_is_nobody_elses_change() {
    let mut model = editing(120, 36);
    mend(&mut model);
    ctrl(&mut model, 's');
    let save = saved(key(&mut model, KeyCode::Enter)).unwrap();
    // The file is read while the plugin is still being started anew with it.
    answer(&mut model, query(), written(save.document.clone()));
    assert!(!text(&model).contains("Somebody else"), "{}", text(&model));
    key(&mut model, KeyCode::Esc);
    ctrl(&mut model, 's');
    assert!(text(&model).contains("the last save is still under way"));
    // Meanwhile something else is changed.
    select(&mut model, "/strict");
    key(&mut model, KeyCode::Enter);
    let document = save.document.clone();
    let done = Ok(Done::Ok { message: String::new() });
    update(&mut model, Message::Done { command: Command::SaveConfig(save), result: done });
    answer(&mut model, query(), written(document.clone()));
    assert!(editor(&model).disk.is_none() && editor(&model).is_changed(), "{}", text(&model));
    ctrl(&mut model, 's');
    let again = saved(key(&mut model, KeyCode::Enter)).expect("another save");
    assert_eq!(again.base.as_deref(), Some("2"));
    assert!(again.document.contains("\"strict\": false"), "{}", again.document);
}

#[test]
fn a_refused_save_says_why_and_keeps_everything() {
    let mut model = editing(120, 36);
    mend(&mut model);
    ctrl(&mut model, 's');
    let save = saved(key(&mut model, KeyCode::Enter)).unwrap();
    let error = FacadeError::failed("a hook refuses: not on a Friday");
    update(&mut model, Message::Done { command: Command::SaveConfig(save), result: Err(error) });
    assert!(text(&model).contains("not on a Friday"));
    key(&mut model, KeyCode::Esc);
    assert!(editor(&model).is_changed());
}

/// Saves, and somebody else was faster.
fn in_conflict() -> Model {
    let mut model = editing(120, 36);
    mend(&mut model);
    ctrl(&mut model, 's');
    let save = saved(key(&mut model, KeyCode::Enter)).unwrap();
    let error = FacadeError { kind: FailureKind::Conflict, ..FacadeError::failed("was changed by somebody else") };
    let effects = update(&mut model, Message::Done { command: Command::SaveConfig(save), result: Err(error) });
    assert!(effects.contains(&Effect::Ask(query())));
    let other = DOCUMENT.replace("green", "blue");
    let told = ConfigView { document: other, revision: Some("other".into()), ..view() };
    answer(&mut model, query(), Answer::Config(Box::new(told)));
    model
}

#[test]
fn a_conflict_is_shown_with_its_difference_and_can_be_overwritten() {
    let mut model = in_conflict();
    let shown = text(&model);
    assert!(shown.contains("Somebody else changed the file"), "{shown}");
    assert!(shown.contains("-   \"colour\": \"blue\",") && shown.contains("+   \"colour\": \"green\","), "{shown}");
    assert!(saved(key(&mut model, KeyCode::Enter)).is_none(), "Enter must not overwrite");
    let save = saved(key(&mut model, KeyCode::Char('o'))).expect("a save");
    assert_eq!(save.base.as_deref(), Some("other"), "it counts only over what was seen");
}

#[test]
fn a_conflict_can_be_solved_by_taking_the_files_text() {
    let mut model = in_conflict();
    assert!(key(&mut model, KeyCode::Char('R')).contains(&Effect::Ask(query())));
    let other = ConfigView { document: DOCUMENT.replace("green", "blue"), revision: Some("other".into()), ..view() };
    answer(&mut model, query(), Answer::Config(Box::new(other)));
    assert_eq!(document(&model)["colour"], "blue");
    assert!(!editor(&model).is_changed());
}

fn changed_on_disk(model: &mut Model) {
    let event = Event {
        v: SCHEMA_VERSION,
        seq: 8,
        time: at(1),
        stream: StreamId::Host,
        span: None,
        parent: None,
        plugin: Some(name("repo_audit")),
        kind: EventKind::ConfigChanged {
            who: "the plugin repo_audit".into(),
            what: json!({"changes": [{"pointer": "/colour", "before": "green", "after": "blue"}]}),
        },
    };
    let message = Message::Events { stream: StreamId::Host, events: vec![std::sync::Arc::new(event)] };
    assert!(update(model, message).contains(&Effect::Ask(query())));
    let other = ConfigView { document: DOCUMENT.replace("green", "blue"), revision: Some("other".into()), ..view() };
    answer(model, query(), Answer::Config(Box::new(other)));
}

#[test]
fn a_file_that_changes_is_taken_if_nothing_was_typed_and_offered_otherwise() {
    let mut model = editing(120, 36);
    changed_on_disk(&mut model);
    assert_eq!(document(&model)["colour"], "blue");
    let said = "the plugin repo_audit changed the config of repo_audit: colour from";
    assert!(text(&model).contains(said) && text(&model).contains("\"green\" to \"blue\""), "{}", text(&model));
    let mut model = editing(120, 36);
    mend(&mut model);
    changed_on_disk(&mut model);
    assert_eq!(document(&model)["colour"], "green");
    assert!(text(&model).contains(said), "{}", text(&model));
    ctrl(&mut model, 's');
    assert!(text(&model).contains("what overwriting it changes"));
}

#[test]
fn closing_with_unsaved_changes_asks() {
    let mut model = editing(120, 36);
    key(&mut model, KeyCode::Esc);
    assert!(model.layers.is_empty());
    let mut model = editing(120, 36);
    mend(&mut model);
    key(&mut model, KeyCode::Esc);
    assert!(text(&model).contains("without saving?"));
    key(&mut model, KeyCode::Enter);
    assert!(editor(&model).is_changed(), "nothing is lost without a yes");
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Char('y'));
    assert!(model.layers.is_empty());
}

#[test]
fn an_earlier_version_is_restored_after_a_question() {
    let mut model = editing(120, 36);
    key(&mut model, KeyCode::Char('h'));
    key(&mut model, KeyCode::Down);
    key(&mut model, KeyCode::Enter);
    assert!(text(&model).contains("Restore the version of 2026-02-03"), "{}", text(&model));
    let effects = key(&mut model, KeyCode::Char('y'));
    let restored = |effect: &Effect| matches!(effect, Effect::Do(Command::RestoreConfig { id, .. }) if id == "1");
    assert!(effects.iter().any(restored), "{effects:?}");
}
