//! The editor of a plugin's config: keys in, screens and commands out.

use crossterm::event::KeyCode;
use serde_json::{Value, json};

use super::fixture::{answer, at, ctrl, key, name, opened, typed};
use super::picture::{picture, text};
use crate::orchestrator::api::{
    Answer, Command, ConfigProblem, ConfigValue, ConfigVersion, ConfigView, Origin, Query, SaveConfig,
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

pub(super) const DOCUMENT: &str = r#"{
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

pub(super) fn problem(pointer: &str, message: &str, line: u32) -> ConfigProblem {
    ConfigProblem { pointer: pointer.into(), message: message.into(), line: Some(line), column: Some(14) }
}

pub(super) fn view() -> ConfigView {
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

pub(super) fn query() -> Query {
    Query::Config { plugin: name("repo_audit") }
}

/// With the config of `repo_audit` open.
pub(super) fn editing(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    model.plugins.select(&name("repo_audit"));
    let effects = key(&mut model, KeyCode::Char('e'));
    assert!(effects.contains(&Effect::Ask(query())));
    answer(&mut model, query(), Answer::Config(Box::new(view())));
    model
}

pub(super) fn editor(model: &Model) -> &ConfigEditor {
    let found = model.layers.iter().find_map(|layer| match layer {
        Layer::Config(editor) => Some(&**editor),
        _ => None,
    });
    found.expect("the editor is open")
}

pub(super) fn select(model: &mut Model, pointer: &str) {
    key(model, KeyCode::Home);
    for _ in 0..100 {
        if editor(model).cursor.trim_end_matches('\0') == pointer {
            return;
        }
        key(model, KeyCode::Down);
    }
    panic!("there is no field {pointer}:\n{}", text(model));
}

pub(super) fn document(model: &Model) -> Value {
    serde_json::from_str(&editor(model).text()).unwrap()
}

pub(super) fn saved(effects: Vec<Effect>) -> Option<SaveConfig> {
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
pub(super) fn mend(model: &mut Model) {
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
