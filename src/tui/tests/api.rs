//! The API view: what it lists, and trying a route.

use crossterm::event::KeyCode;
use serde_json::json;

use super::fixture::{answer, ctrl, key, name, opened, typed};
use super::picture::{picture, text};
use crate::orchestrator::api::{Answer, ApiReply, Command, Done, FacadeError, PluginRoute, Query};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

fn route(method: &str, path: &str, plugin: &str) -> PluginRoute {
    PluginRoute {
        plugin: name(plugin),
        method: method.to_owned(),
        path: path.to_owned(),
        description: "Finds notes that contain a word".to_owned(),
        shadowed_by: None,
        permitted: None,
        hits: 0,
        failed: 0,
        last_us: None,
        mean_us: None,
    }
}

/// A workbench with the API view: one route that answers, one that is denied, one behind another plugin's.
fn listing(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    assert!(key(&mut model, KeyCode::Char('6')).contains(&Effect::Ask(Query::Routes)));
    let asked = PluginRoute {
        hits: 12,
        failed: 1,
        last_us: Some(900),
        mean_us: Some(1_200),
        ..route("GET", "/notes/{id}", "repo_audit")
    };
    let why = "command_agents lacks permission: access_api".to_owned();
    let denied = PluginRoute { permitted: Some(why), ..route("POST", "/commands", "command_agents") };
    let behind = PluginRoute { shadowed_by: Some(name("repo_audit")), ..route("GET", "/notes/{id}", "command_agents") };
    answer(&mut model, Query::Routes, Answer::Routes(vec![asked, denied, behind]));
    model
}

fn filled(width: u16, height: u16) -> Model {
    let mut model = listing(width, height);
    key(&mut model, KeyCode::Char('c'));
    typed(&mut model, "a b");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "full=1");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "X-One: 1");
    model
}

/// The command that was sent, answered with `result`.
fn answered(model: &mut Model, result: Result<Done, FacadeError>) -> Command {
    let effects = ctrl(model, 's');
    let sent = effects.into_iter().find_map(|effect| match effect {
        Effect::Do(command) => Some(command),
        _ => None,
    });
    let command = sent.unwrap();
    update(model, Message::Done { command: command.clone(), result });
    command
}

fn reply() -> Result<Done, FacadeError> {
    let body = json!({"id": "a b", "text": "a \u{1b}[31mred note"}).to_string();
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Ok(Done::Answered(Box::new(ApiReply {
        plugin: name("repo_audit"),
        status: 200,
        headers,
        body: body.as_str().into(),
    })))
}

#[test]
fn it_looks_the_same_at_every_size() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        insta::assert_snapshot!(format!("api_{width}x{height}"), picture(&listing(width, height)));
        insta::assert_snapshot!(format!("api_form_{width}x{height}"), picture(&filled(width, height)));
        let mut model = filled(width, height);
        answered(&mut model, reply());
        insta::assert_snapshot!(format!("api_answer_{width}x{height}"), picture(&model));
    }
}

#[test]
fn a_route_is_called_as_it_was_filled_in_and_its_answer_can_be_read() {
    let mut model = filled(80, 24);
    let Command::CallRoute(call) = answered(&mut model, reply()) else { panic!("a route was to be called") };
    assert_eq!((call.method.as_str(), call.path.as_str(), call.query.as_str()), ("GET", "/notes/a%20b", "full=1"));
    assert_eq!(call.headers, [("X-One".to_owned(), "1".to_owned())]);
    let shown = text(&model);
    assert!(shown.contains("200  from repo_audit") && shown.contains("\"id\": \"a b\""), "{shown}");
    assert!(!shown.contains('\u{1b}'), "a plugin's bytes reach the terminal");
    // Back in the form, everything is as it was.
    key(&mut model, KeyCode::Esc);
    assert!(text(&model).contains("full=1"), "{}", text(&model));
}

#[test]
fn what_is_no_text_is_said_to_be_bytes_and_an_error_is_said_in_the_form() {
    let mut model = filled(80, 24);
    let body = vec![0xff, 0xfe, 0x00];
    let bytes = ApiReply {
        plugin: name("repo_audit"),
        status: 200,
        headers: Vec::new(),
        body: orchestrator_protocol::Body(body),
    };
    answered(&mut model, Ok(Done::Answered(Box::new(bytes))));
    assert!(text(&model).contains("no text: 3 bytes"), "{}", text(&model));
    key(&mut model, KeyCode::Esc);
    answered(&mut model, Err(FacadeError::denied("repo_audit lacks permission: access_api")));
    let shown = text(&model);
    assert!(shown.contains("✗ repo_audit lacks permission: access_api") && shown.contains("Try a route"), "{shown}");
}

#[test]
fn nothing_is_sent_that_is_not_whole_or_while_only_looking() {
    let mut model = listing(80, 24);
    key(&mut model, KeyCode::Enter);
    let effects = ctrl(&mut model, 's');
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Do(_))), "{effects:?}");
    assert!(text(&model).contains("the path needs a value for id"), "{}", text(&model));
    typed(&mut model, "7");
    model.screen.readonly = true;
    let effects = ctrl(&mut model, 's');
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Do(_))), "{effects:?}");
}
