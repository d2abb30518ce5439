//! The launch dialog.

use crossterm::event::KeyCode;
use orchestrator_protocol::permission::Permission;
use serde_json::json;

use super::fixture::{RUN, answer, at, ctrl, key, opened, typed, workflows};
use super::picture::text;
use crate::orchestrator::api::{Answer, Command, Done, FacadeError, GrantForRun, Query, StartRun};
use crate::tui::effect::Effect;
use crate::tui::layer::{Field, Launch, Layer};
use crate::tui::message::Message;
use crate::tui::model::{Focus, Model};
use crate::tui::update::update;

fn dialog(model: &Model) -> &Launch {
    match model.layers.last() {
        Some(Layer::Launch(launch)) => launch,
        other => panic!("no launch dialog but {other:?}"),
    }
}

fn started(effects: Vec<Effect>) -> Option<StartRun> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::Do(Command::StartRun(start)) => Some(start),
        _ => None,
    })
}

/// The dialog with `repo_audit` chosen and the requirements in focus.
fn for_repo_audit() -> Model {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Char('w'));
    typed(&mut model, "repau");
    key(&mut model, KeyCode::Enter);
    model
}

#[test]
fn the_form_of_the_schema_becomes_the_config() {
    let mut model = for_repo_audit();
    typed(&mut model, "first");
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "second");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "src");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "400");
    let start = started(ctrl(&mut model, 's')).unwrap();
    assert_eq!(start.workflow_type, "repo_audit");
    assert_eq!(start.requirements, "first\nsecond");
    assert_eq!(json!(start.config), json!({"path": "src", "max_lines": 400}));
}

#[test]
fn a_wrong_value_gets_the_focus_and_is_not_sent() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    key(&mut model, KeyCode::Tab);
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "many");
    key(&mut model, KeyCode::BackTab);
    assert_eq!(started(ctrl(&mut model, 's')), None);
    assert_eq!(dialog(&model).field, Field::Config(1));
    assert!(text(&model).contains("`max_lines` must be a whole number"));
}

#[test]
fn requirements_are_asked_for() {
    let mut model = for_repo_audit();
    assert_eq!(started(ctrl(&mut model, 's')), None);
    assert_eq!(dialog(&model).field, Field::Requirements);
}

#[test]
fn enter_on_the_start_button_starts_once() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    for _ in 0..4 {
        key(&mut model, KeyCode::Tab);
    }
    assert_eq!(dialog(&model).field, Field::Start);
    assert!(started(key(&mut model, KeyCode::Enter)).is_some());
    assert_eq!(started(key(&mut model, KeyCode::Enter)), None);
}

#[test]
fn a_run_that_started_takes_the_screen() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    let start = started(ctrl(&mut model, 's')).unwrap();
    let result = Ok(Done::RunStarted { run: RUN });
    update(&mut model, Message::Done { command: Command::StartRun(start), result });
    assert!(model.layers.is_empty());
    assert_eq!(model.tab().unwrap().view.id, RUN);
    assert_eq!(model.screen.focus, Focus::Run);
}

#[test]
fn a_refused_start_keeps_what_was_typed_and_says_why() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    let start = started(ctrl(&mut model, 's')).unwrap();
    let error = FacadeError::failed("64 runs go on already").remedy("Wait.");
    update(&mut model, Message::Done { command: Command::StartRun(start), result: Err(error) });
    assert_eq!(dialog(&model).requirements.text(), "look");
    let shown = text(&model);
    assert!(shown.contains("64 runs go on already") && shown.contains("Wait."), "{shown}");
    assert!(started(ctrl(&mut model, 's')).is_some());
}

#[test]
fn what_was_typed_is_there_the_next_time() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "src");
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Char('w'));
    let shown = text(&model);
    assert!(shown.contains("look") && shown.contains("src"), "{shown}");
    assert_eq!(dialog(&model).workflows.chosen().map(String::as_str), Some("repo_audit"));
}

#[test]
fn what_would_be_denied_is_said_before_the_start() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Char('w'));
    typed(&mut model, "chain");
    assert!(text(&model).contains("would be denied: command_agents may not start programs (spawn)"));
}

#[test]
fn lines_of_key_and_value_are_a_config_too() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Char('w'));
    typed(&mut model, "plan");
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "do it");
    key(&mut model, KeyCode::Tab);
    update(&mut model, Message::Paste("agent=planner_agent\r\nrounds=2\n".into()));
    let start = started(ctrl(&mut model, 's')).unwrap();
    assert_eq!(json!(start.config), json!({"agent": "planner_agent", "rounds": 2}));
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Char('w'));
    key(&mut model, KeyCode::Tab);
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "nonsense");
    assert_eq!(started(ctrl(&mut model, 's')), None);
    assert!(text(&model).contains("line 3 of the config is not `key=value`"));
}

#[test]
fn workflows_that_come_while_the_dialog_is_open_can_be_chosen() {
    let mut model = opened(120, 36);
    answer(&mut model, Query::Workflows, Answer::Workflows(Vec::new()));
    key(&mut model, KeyCode::Char('w'));
    typed(&mut model, "repau");
    assert_eq!(dialog(&model).workflows.chosen(), None);
    answer(&mut model, Query::Workflows, Answer::Workflows(workflows()));
    assert_eq!(dialog(&model).workflows.chosen().map(String::as_str), Some("repo_audit"));
    key(&mut model, KeyCode::Enter);
    typed(&mut model, "look");
    // What goes on elsewhere takes nothing away.
    answer(&mut model, Query::Workflows, Answer::Workflows(workflows()));
    assert_eq!(started(ctrl(&mut model, 's')).unwrap().workflow_type, "repo_audit");
}

#[test]
fn a_paste_goes_into_the_editor_whole() {
    let mut model = for_repo_audit();
    update(&mut model, Message::Paste("one\nq\n\u{1b}two".into()));
    assert_eq!(dialog(&model).requirements.text(), "one\nq\ntwo");
}

#[test]
fn a_path_that_was_not_granted_is_asked_for_and_the_run_starts_with_it() {
    let mut model = for_repo_audit();
    typed(&mut model, "look");
    let start = started(ctrl(&mut model, 's')).unwrap();
    let needed = GrantForRun {
        plugin: "repo_audit".parse().unwrap(),
        permission: Permission::ReadFiles,
        scope: Some("/elsewhere".into()),
    };
    let refused = FacadeError { needs: vec![needed.clone()], ..FacadeError::denied("`path` is /elsewhere") };
    update(&mut model, Message::Done { command: Command::StartRun(start), result: Err(refused) });
    let shown = text(&model);
    assert!(shown.contains("Allow this for the run?") && shown.contains("read_files /elsewhere"), "{shown}");
    // What somebody was typing meanwhile is no answer.
    assert_eq!(started(key(&mut model, KeyCode::Char('y'))), None);
    update(&mut model, Message::Tick(at(500)));
    // Nobody is taken by surprise: without a word it is no.
    assert_eq!(started(key(&mut model, KeyCode::Enter)), None);
    assert!(!dialog(&model).starting);

    let start = started(ctrl(&mut model, 's')).unwrap();
    let refused = FacadeError { needs: vec![needed.clone()], ..FacadeError::denied("`path` is /elsewhere") };
    update(&mut model, Message::Done { command: Command::StartRun(start), result: Err(refused) });
    update(&mut model, Message::Tick(at(1_000)));
    let start = started(key(&mut model, KeyCode::Char('y'))).unwrap();
    assert_eq!(start.grants, [needed]);
}
