//! The editor of a plugin's config: keys in, screens and commands out.

use crossterm::event::KeyCode;
use serde_json::{Value, json};

use super::fixture::{answer, at, ctrl, key, name, opened, typed};
use super::picture::{picture, text};
use crate::event::{Event, EventKind, SCHEMA_VERSION, StreamId};
use crate::orchestrator::api::{
    Answer, Command, ConfigProblem, ConfigValue, ConfigVersion, ConfigView, Done, FacadeError, FailureKind, Origin,
    Query, SaveConfig,
};
use crate::tui::config::ConfigEditor;
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

fn schema() -> Value {
    json!({"type": "object", "required": ["api_key", "endpoint"], "properties": {
        "api_key": {"type": "string", "description": "The key that the service gave you."},
        "endpoint": {"type": "string", "format": "uri", "description": "Where the service answers.",
            "default": "https://api.example.com/v1"},
        "retries": {"type": "integer", "minimum": 0, "maximum": 10, "default": 3,
            "description": "How often a request is tried again before it fails."},
        "temperature": {"type": "number", "minimum": 0, "maximum": 1, "description": "How freely it answers."},
        "strict": {"type": "boolean", "default": false, "description": "Whether a warning is an error."},
        "mode": {"enum": ["fast", "careful", "thorough"], "default": "careful", "description": "How it works."},
        "proxy": {"type": ["string", "null"], "description": "Through which host it goes out."},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 2},
            "description": "What its runs are filed under."},
        "servers": {"type": "array", "description": "Where else to ask.", "items": {"type": "object",
            "required": ["host"], "properties": {
                "host": {"type": "string"}, "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 443},
                "token": {"type": "string"}}}},
        "limits": {"type": "object", "description": "What it may use.", "properties": {
            "max_tokens": {"type": "integer", "minimum": 1, "default": 4096},
            "seconds": {"type": "number", "default": 30}}},
        "output": {"description": "Where the result goes.", "oneOf": [
            {"title": "a file", "type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}},
            {"title": "standard output", "const": "stdout"}]},
        "rules": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Free rules by name."},
    }})
}

const DOCUMENT: &str = r#"{
  "api_key": "secret:api_key",
  "endpoint": "https://eu.example.com/v1",
  "retries": 12,
  "proxy": null,
  "tags": ["night", "x"],
  "servers": [
    {"host": "one.example.com", "port": 8443},
    {"host": "two.example.com"}
  ],
  "output": {"path": "report.md"},
  "rules": {"a": "b"},
  "colour": "green",
  "timeout": 45
}
"#;

fn problem(pointer: &str, message: &str, line: u32) -> ConfigProblem {
    ConfigProblem { pointer: pointer.into(), message: message.into(), line: Some(line), column: Some(14) }
}

fn view() -> ConfigView {
    let value = |pointer: &str, value: Value, origin| ConfigValue { pointer: pointer.into(), value, origin };
    ConfigView {
        plugin: name("repo_audit"),
        file: "/home/ada/demo-project/config/plugins/repo_audit.json".into(),
        schema: Some(schema()),
        schema_fault: None,
        document: DOCUMENT.into(),
        revision: Some("1".into()),
        values: vec![value("/retries", json!(12), Origin::File), value("/mode", json!("careful"), Origin::Schema)],
        general: vec![value("/enabled", json!(true), Origin::General)],
        problems: vec![
            problem("/retries", "`retries` is 12, but must be at most 10", 4),
            problem("/tags/1", "`tags[1]` has 1 character, but must have at least 2", 6),
        ],
        secrets: vec!["/api_key".into()],
        versions: vec![
            ConfigVersion { id: "2".into(), time: at(-60_000), who: "you in the workbench".into(), bytes: 300 },
            ConfigVersion { id: "1".into(), time: at(-7_200_000), who: "found on the disk".into(), bytes: 120 },
        ],
    }
}

fn query() -> Query {
    Query::Config { plugin: name("repo_audit") }
}

/// With the config of `repo_audit` open.
fn editing(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    model.plugins.select(&name("repo_audit"));
    let effects = key(&mut model, KeyCode::Char('e'));
    assert!(effects.contains(&Effect::Ask(query())));
    answer(&mut model, query(), Answer::Config(Box::new(view())));
    model
}

fn editor(model: &Model) -> &ConfigEditor {
    let found = model.layers.iter().find_map(|layer| match layer {
        Layer::Config(editor) => Some(&**editor),
        _ => None,
    });
    found.expect("the editor is open")
}

fn select(model: &mut Model, pointer: &str) {
    key(model, KeyCode::Home);
    for _ in 0..100 {
        if editor(model).cursor.trim_end_matches('\0') == pointer {
            return;
        }
        key(model, KeyCode::Down);
    }
    panic!("there is no field {pointer}:\n{}", text(model));
}

fn document(model: &Model) -> Value {
    serde_json::from_str(&editor(model).text()).unwrap()
}

fn saved(effects: Vec<Effect>) -> Option<SaveConfig> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::Do(Command::SaveConfig(save)) => Some(save),
        _ => None,
    })
}

#[test]
fn the_form() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut model = editing(width, height);
        select(&mut model, "/retries");
        insta::assert_snapshot!(format!("config_form_{width}x{height}"), picture(&model));
    }
}

#[test]
fn the_text() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut model = editing(width, height);
        select(&mut model, "/retries");
        key(&mut model, KeyCode::Char('r'));
        insta::assert_snapshot!(format!("config_text_{width}x{height}"), picture(&model));
    }
}

#[test]
fn the_difference_before_saving() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut model = editing(width, height);
        mend(&mut model);
        ctrl(&mut model, 's');
        insta::assert_snapshot!(format!("config_difference_{width}x{height}"), picture(&model));
    }
}

#[test]
fn the_versions() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut model = editing(width, height);
        let effects = key(&mut model, KeyCode::Char('h'));
        let asked = Query::ConfigVersion { plugin: name("repo_audit"), id: "2".into() };
        assert!(effects.contains(&Effect::Ask(asked.clone())));
        let text = DOCUMENT.replace("12,", "2,");
        answer(&mut model, asked, Answer::ConfigDocument(text));
        insta::assert_snapshot!(format!("config_versions_{width}x{height}"), picture(&model));
    }
}

/// Changes a number, a switch and a secret.
fn mend(model: &mut Model) {
    select(model, "/retries");
    key(model, KeyCode::Left);
    key(model, KeyCode::Left);
    select(model, "/strict");
    key(model, KeyCode::Char(' '));
    select(model, "/api_key");
    key(model, KeyCode::Enter);
    typed(model, "sk-very-secret");
    key(model, KeyCode::Enter);
}

#[test]
fn the_smallest_terminal_still_edits() {
    let mut model = editing(40, 10);
    select(&mut model, "/retries");
    let shown = text(&model);
    assert!(shown.contains("retries") && shown.contains("✗"), "{shown}");
    key(&mut model, KeyCode::Char('r'));
    assert!(text(&model).contains("\"retries\": 12"));
}

#[test]
fn a_field_is_typed_into_checked_after_a_pause_and_only_the_newest_answer_counts() {
    let mut model = editing(120, 36);
    select(&mut model, "/endpoint");
    key(&mut model, KeyCode::Enter);
    ctrl(&mut model, 'u');
    typed(&mut model, "/a");
    assert!(model.is_moving(), "nobody would tell the time");
    let effects = update(&mut model, Message::Tick(at(12_500)));
    let asked: Vec<&Query> = effects.iter().filter_map(check).collect();
    let [Query::CheckConfig { document, .. }] = asked[..] else { panic!("{effects:?}") };
    assert_eq!(*document, editor(&model).text());
    let first = asked[0].clone();
    typed(&mut model, "b");
    // An answer to what is not there any more.
    let old = vec![problem("/endpoint", "`endpoint` is an old mistake", 3)];
    answer(&mut model, first, Answer::ConfigProblems(old));
    assert!(!text(&model).contains("an old mistake"));
    let effects = update(&mut model, Message::Tick(at(13_000)));
    let asked = effects.iter().find_map(check).cloned().expect("another check");
    let new = vec![problem("/endpoint", "`endpoint` is no address", 3)];
    answer(&mut model, asked, Answer::ConfigProblems(new));
    assert!(text(&model).contains("✗ `endpoint` is no address"), "{}", text(&model));
    assert!(update(&mut model, Message::Tick(at(14_000))).iter().all(|effect| check(effect).is_none()));
}

fn check(effect: &Effect) -> Option<&Query> {
    match effect {
        Effect::Ask(query @ Query::CheckConfig { .. }) => Some(query),
        _ => None,
    }
}

#[test]
fn fields_of_every_kind_are_changed_by_keys_alone() {
    let mut model = editing(80, 24);
    select(&mut model, "/retries");
    key(&mut model, KeyCode::Right);
    assert_eq!(document(&model)["retries"], json!(10), "a step stays within the bounds");
    select(&mut model, "/temperature");
    key(&mut model, KeyCode::Right);
    assert_eq!(document(&model)["temperature"], json!(0.1));
    select(&mut model, "/mode");
    key(&mut model, KeyCode::Right);
    assert_eq!(document(&model)["mode"], json!("thorough"));
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "fast");
    key(&mut model, KeyCode::Enter);
    assert_eq!(document(&model)["mode"], json!("fast"));
    select(&mut model, "/proxy");
    key(&mut model, KeyCode::Char('d'));
    assert!(document(&model).get("proxy").is_none());
    key(&mut model, KeyCode::Char('0'));
    assert_eq!(document(&model)["proxy"], Value::Null);
    select(&mut model, "/limits/seconds");
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "1.5");
    key(&mut model, KeyCode::Tab);
    assert_eq!(document(&model)["limits"], json!({"seconds": 1.5}));
    select(&mut model, "/rules");
    key(&mut model, KeyCode::Enter);
    ctrl(&mut model, 'u');
    key(&mut model, KeyCode::Esc);
    assert_eq!(document(&model)["rules"], json!({"a": "b"}));
    select(&mut model, "/output");
    key(&mut model, KeyCode::Right);
    assert_eq!(document(&model)["output"], json!("stdout"));
    select(&mut model, "/enabled");
    key(&mut model, KeyCode::Enter);
    assert_eq!(document(&model)["enabled"], json!(false));
    assert_eq!(document(&model)["colour"], json!("green"), "what the schema does not know stays");
}

#[test]
fn items_are_added_moved_and_removed() {
    let mut model = editing(120, 36);
    select(&mut model, "/tags");
    key(&mut model, KeyCode::Char('a'));
    typed(&mut model, "third");
    key(&mut model, KeyCode::Enter);
    assert_eq!(document(&model)["tags"], json!(["night", "x", "third"]));
    key(&mut model, KeyCode::Char('K'));
    assert_eq!(document(&model)["tags"], json!(["night", "third", "x"]));
    assert_eq!(editor(&model).cursor, "/tags/1", "what is moved stays selected");
    key(&mut model, KeyCode::Char('d'));
    assert_eq!(document(&model)["tags"], json!(["night", "x"]));
    select(&mut model, "/servers/0/host");
    key(&mut model, KeyCode::Char('a'));
    let hosts = &document(&model)["servers"];
    assert_eq!(hosts[1], json!({"host": ""}), "a new one has what is required: {hosts}");
    assert_eq!(hosts[2]["host"], "two.example.com");
    key(&mut model, KeyCode::Char('u'));
    assert_eq!(document(&model)["servers"].as_array().unwrap().len(), 2);
}

#[test]
fn a_secret_of_an_item_moves_with_it() {
    let mut model = editing(120, 36);
    select(&mut model, "/servers/0/token");
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "hush");
    key(&mut model, KeyCode::Enter);
    key(&mut model, KeyCode::Char('J'));
    assert_eq!(editor(&model).secrets.typed("/servers/1/token"), Some("hush"));
    assert_eq!(editor(&model).secrets.typed("/servers/0/token"), None);
}

#[test]
fn a_secret_is_masked_until_somebody_asks_and_never_in_a_picture() {
    let mut model = editing(120, 36);
    select(&mut model, "/api_key");
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "sk-very-secret");
    assert!(!text(&model).contains("sk-very-secret") && text(&model).contains("••••••••••••••"), "{}", text(&model));
    let alt_v = crossterm::event::KeyEvent::new(KeyCode::Char('v'), crossterm::event::KeyModifiers::ALT);
    update(&mut model, Message::Key(alt_v));
    assert!(text(&model).contains("sk-very-secret"));
    key(&mut model, KeyCode::Enter);
    assert!(!text(&model).contains("sk-very-secret"), "it is hidden again when the field is left");
    key(&mut model, KeyCode::Char('v'));
    assert!(text(&model).contains("sk-very-secret"));
    key(&mut model, KeyCode::Char('v'));
    model.screen.reveals = false;
    key(&mut model, KeyCode::Char('v'));
    assert!(!text(&model).contains("sk-very-secret"));
    key(&mut model, KeyCode::Char('r'));
    assert!(!text(&model).contains("sk-very-secret"), "the text has references alone");
    ctrl(&mut model, 's');
    assert!(!text(&model).contains("sk-very-secret"));
    assert!(text(&model).contains("api_key is kept in your own folder"), "{}", text(&model));
}

#[test]
fn problems_are_counted_and_jumped_to() {
    let mut model = editing(80, 24);
    assert!(text(&model).contains("✗ 2 problems"));
    key(&mut model, KeyCode::Char('n'));
    assert_eq!(editor(&model).cursor, "/retries");
    select(&mut model, "/tags");
    key(&mut model, KeyCode::Left);
    key(&mut model, KeyCode::Char('n'));
    assert_eq!(editor(&model).cursor, "/tags/1", "what it was folded away in is open again");
    key(&mut model, KeyCode::Char('N'));
    assert_eq!(editor(&model).cursor, "/retries");
}

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
        kind: EventKind::ConfigChanged { who: "found on the disk".into(), what: json!({}) },
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
    let mut model = editing(120, 36);
    mend(&mut model);
    changed_on_disk(&mut model);
    assert_eq!(document(&model)["colour"], "green");
    assert!(text(&model).contains("the file was changed by somebody else"), "{}", text(&model));
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
fn a_text_that_is_no_json_stays_a_text_and_says_why() {
    let mut model = editing(120, 36);
    select(&mut model, "/retries");
    key(&mut model, KeyCode::Char('r'));
    typed(&mut model, "nonsense");
    key(&mut model, KeyCode::F(2));
    let shown = text(&model);
    assert!(shown.contains("as text") && shown.contains("✗ no JSON"), "{shown}");
    assert!(shown.contains("line 4, column"), "{shown}");
    assert!(saved(ctrl(&mut model, 's')).is_none());
    for _ in 0.."nonsense".len() {
        ctrl(&mut model, 'z');
    }
    key(&mut model, KeyCode::F(2));
    assert_eq!(editor(&model).text(), DOCUMENT);
    assert!(!editor(&model).is_changed());
}

#[test]
fn the_text_is_searched_and_put_into_the_usual_form() {
    let mut model = editing(120, 36);
    key(&mut model, KeyCode::Char('r'));
    ctrl(&mut model, 'f');
    typed(&mut model, "TWO.example");
    key(&mut model, KeyCode::Enter);
    let raw = editor(&model).raw.as_ref().unwrap();
    assert_eq!(raw.input.cursor(), (8, 14));
    key(&mut model, KeyCode::F(4));
    assert!(editor(&model).text().contains("    {\n      \"host\": \"two.example.com\"\n    }"));
    ctrl(&mut model, 'z');
    assert_eq!(editor(&model).text(), DOCUMENT);
}

#[test]
fn the_persons_own_editor_has_the_text_and_gives_it_back() {
    let mut model = editing(120, 36);
    let effects = key(&mut model, KeyCode::Char('E'));
    let handed = Effect::EditText { name: "repo_audit.json".into(), text: DOCUMENT.into() };
    assert!(effects.contains(&handed), "{effects:?}");
    update(&mut model, Message::Edited(Ok(DOCUMENT.replace("green", "red"))));
    assert_eq!(document(&model)["colour"], "red");
    update(&mut model, Message::Edited(Err("`vi` ended with 1".into())));
    assert!(text(&model).contains("`vi` ended with 1"));
    update(&mut model, Message::Edited(Ok("{".into())));
    assert!(editor(&model).raw.is_some(), "what is no JSON is shown as text");
    assert_eq!(editor(&model).text(), "{");
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

#[test]
fn nothing_is_changed_where_one_may_only_look() {
    let mut model = editing(120, 36);
    model.screen.readonly = true;
    select(&mut model, "/retries");
    key(&mut model, KeyCode::Right);
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "5");
    key(&mut model, KeyCode::Char('d'));
    key(&mut model, KeyCode::Char('r'));
    typed(&mut model, "x");
    update(&mut model, Message::Paste("y".into()));
    assert_eq!(editor(&model).text(), DOCUMENT);
    assert!(text(&model).contains("read-only"));
}

#[test]
fn a_click_selects_a_field_and_one_on_it_opens_it() {
    let mut model = editing(120, 36);
    let shown = text(&model);
    let row = shown.lines().position(|line| line.contains(" strict ")).unwrap();
    let place = ratatui::layout::Position::new(6, u16::try_from(row).unwrap());
    update(&mut model, Message::Click(place));
    assert_eq!(editor(&model).cursor, "/strict");
    update(&mut model, Message::Click(place));
    assert_eq!(document(&model)["strict"], json!(true));
    update(&mut model, Message::Wheel { at: place, lines: 3 });
    assert_ne!(editor(&model).cursor, "/strict");
}

#[test]
fn a_paste_goes_into_the_field_and_nowhere_else() {
    let mut model = editing(120, 36);
    update(&mut model, Message::Paste("dq\n".into()));
    assert_eq!(editor(&model).text(), DOCUMENT);
    select(&mut model, "/endpoint");
    key(&mut model, KeyCode::Enter);
    update(&mut model, Message::Paste("\nq".into()));
    assert_eq!(document(&model)["endpoint"], "https://eu.example.com/v1 q");
}

#[test]
fn the_palette_opens_any_plugins_config() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Char(':'));
    typed(&mut model, "config of repo");
    assert!(key(&mut model, KeyCode::Enter).contains(&Effect::Ask(query())));
}

#[test]
fn a_broken_file_opens_as_text() {
    let mut model = opened(120, 36);
    model.plugins.select(&name("repo_audit"));
    key(&mut model, KeyCode::Char('e'));
    let told = ConfigView { document: "{\n  \"a\" 1\n}\n".into(), problems: Vec::new(), ..view() };
    answer(&mut model, query(), Answer::Config(Box::new(told)));
    assert!(text(&model).contains("line 2, column"), "{}", text(&model));
}
