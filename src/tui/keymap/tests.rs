use std::io::Write;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::tui::action::Motion;

fn load(text: &str) -> Result<Keymap, KeymapError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Keymap::load(Some(file.path()))
}

fn chord(text: &str) -> Chord {
    text.parse().unwrap()
}

#[test]
fn the_built_in_keymap_has_a_key_for_every_action() {
    let keymap = Keymap::load(None).unwrap();
    for entry in TABLE {
        assert!(
            keymap.chords(entry.context, entry.action).next().is_some(),
            "{}.{} has no key",
            entry.context.name(),
            entry.name
        );
    }
}

#[test]
fn a_file_that_is_not_there_changes_nothing() {
    let missing = Path::new("/nonexistent/keymap.toml");
    assert_eq!(Keymap::load(Some(missing)).unwrap(), Keymap::load(None).unwrap());
}

#[test]
fn own_keys_replace_those_of_their_action_alone() {
    let keymap = load("[plugins]\nreload = \"R\"\n").unwrap();
    assert_eq!(keymap.action(Context::Plugins, chord("R")), Some(Action::Reload));
    assert_eq!(keymap.action(Context::Plugins, chord("r")), None);
    assert_eq!(keymap.action(Context::Plugins, chord("up")), Some(Action::Move(Motion::Up)));
}

#[test]
fn an_empty_list_takes_the_keys_away() {
    let keymap = load("[global]\nquit = []\n").unwrap();
    assert_eq!(keymap.action(Context::Plugins, chord("q")), None);
}

#[test]
fn a_key_for_two_actions_is_reported_with_both_and_the_file() {
    let error = load("[plugins]\nreload = \"l\"\n").unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, KeymapError::Conflict { .. }), "{text}");
    assert!(text.contains("plugins.load") && text.contains("plugins.reload") && text.contains("`l`"), "{text}");
}

#[test]
fn a_key_that_works_everywhere_can_not_be_taken_in_one_place() {
    let error = load("[run]\nwrap = \"w\"\n").unwrap_err().to_string();
    assert!(error.contains("global.launch") && error.contains("run.wrap"), "{error}");
}

#[test]
fn a_letter_can_not_be_a_command_where_one_types() {
    let error = load("[launch]\nstart = \"s\"\n").unwrap_err().to_string();
    assert!(error.contains("launch.start") && error.contains("would be typed"), "{error}");
}

#[test]
fn mistakes_name_the_line() {
    for (text, expected) in [
        ("[nowhere]\nopen = \"x\"\n", "`nowhere`"),
        ("[run]\nfly = \"x\"\n", "run.fly"),
        ("[run]\nwrap = \"hyper-x\"\n", "run.wrap: `hyper-x` is no key"),
        ("[run]\nwrap = 3\n", "a key such as"),
    ] {
        let error = load(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn chords_are_what_terminals_send() {
    let sent = |code, modifiers| Chord::from(KeyEvent::new(code, modifiers));
    assert_eq!(sent(KeyCode::BackTab, KeyModifiers::SHIFT), chord("shift-tab"));
    assert_eq!(sent(KeyCode::Char('G'), KeyModifiers::SHIFT), chord("G"));
    assert_eq!(sent(KeyCode::Char('G'), KeyModifiers::NONE), chord("shift-g"));
    assert_eq!(sent(KeyCode::Char('S'), KeyModifiers::CONTROL | KeyModifiers::SHIFT), chord("ctrl-s"));
    assert_eq!(sent(KeyCode::Char('-'), KeyModifiers::NONE), chord("-"));
    assert_eq!(sent(KeyCode::F(1), KeyModifiers::NONE), chord("f1"));
}

#[test]
fn every_chord_reads_back_as_it_is_shown() {
    let keymap = Keymap::load(None).unwrap();
    for binding in &keymap.bindings {
        assert_eq!(binding.chord.to_string().parse(), Ok(binding.chord));
    }
}
