//! Fields of a plugin's config, changed with keys and mouse.

use crossterm::event::KeyCode;
use serde_json::{Value, json};

use super::config::{DOCUMENT, document, editing, editor, problem, select};
use super::fixture::{answer, at, ctrl, key, typed};
use super::picture::text;
use crate::orchestrator::api::{Answer, Query};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::update::update;

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
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "gate");
    key(&mut model, KeyCode::Enter);
    assert_eq!(document(&model)["proxy"], json!("gate"), "null is not the beginning of a text");
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
    key(&mut model, KeyCode::Char('u'));
    assert!(text(&model).contains("‹ a file ›"), "undo takes the form back too: {}", text(&model));
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
