//! The audit log and the list of hook handlers.

use crossterm::event::KeyCode;
use orchestrator_protocol::hook::HookName;

use super::fixture::{RUN, answer, key, name, running, typed};
use super::granted::{allowed, audit, handlers, tell};
use super::picture::{picture, text};
use crate::event::EventKind;
use crate::orchestrator::api::{Answer, Command, Done, HandlerLasting, HandlerRef, Query, StartRun};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    let command = |effect| match effect {
        Effect::Do(command) => Some(command),
        _ => None,
    };
    effects.into_iter().filter_map(command).collect()
}

fn log(width: u16, height: u16) -> Model {
    let mut model = allowed(width, height);
    let effects = key(&mut model, KeyCode::Char('5'));
    let asked = effects.into_iter().find_map(|effect| match effect {
        Effect::Ask(query @ Query::Audit { .. }) => Some(query),
        _ => None,
    });
    answer(&mut model, asked.unwrap(), Answer::Audit(audit()));
    model
}

fn hooks(width: u16, height: u16) -> Model {
    let mut model = allowed(width, height);
    key(&mut model, KeyCode::Char('4'));
    model
}

/// A run with its trace in the focus, on the delivery to `enrich`.
fn traced() -> Model {
    let mut model = running(160, 40);
    tell(&mut model);
    key(&mut model, KeyCode::Char('t'));
    key(&mut model, KeyCode::Home);
    model
}

fn enrich() -> HandlerRef {
    HandlerRef { plugin: name("repo_audit"), hook: HookName::PreWorkflowExecution, handler: "enrich".into() }
}

#[test]
fn the_audit_log_at_every_size() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("audit_{width}x{height}"), picture(&log(width, height)));
    }
}

#[test]
fn the_handlers_at_every_size() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("handlers_{width}x{height}"), picture(&hooks(width, height)));
    }
}

#[test]
fn the_audit_log_is_searched_by_words_and_by_field() {
    let mut model = log(120, 36);
    key(&mut model, KeyCode::Char('/'));
    typed(&mut model, "plugin:repo spawn");
    assert_eq!(model.audit.shown().count(), 1);
    key(&mut model, KeyCode::Enter);
    assert!(text(&model).contains("run          #41"));
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.audit.shown().count(), 5);
}

#[test]
fn an_entry_that_is_read_stays_selected_when_newer_ones_come() {
    let mut model = log(120, 36);
    key(&mut model, KeyCode::Down);
    let read = model.audit.selected().unwrap().clone();
    let mut newer = audit();
    newer.insert(0, newer[2].clone());
    answer(&mut model, Query::Audit { plugin: None, limit: 9 }, Answer::Audit(newer));
    assert_eq!(model.audit.selected(), Some(&read));
    assert_eq!(model.audit.place(), 2);
}

#[test]
fn handlers_stand_in_the_order_of_their_calls_and_say_never() {
    let shown = text(&hooks(120, 36));
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains(" on") || line.contains(" off")).collect();
    let names = ["enrich", "note", "rewrite", "summarise"];
    for (line, name) in lines.iter().zip(names) {
        assert!(line.contains(name), "{shown}");
    }
    assert!(lines[0].contains("4×") && lines[3].contains("never"), "{shown}");
    assert!(lines[1].contains("○ off") && lines[2].contains("abort"), "{shown}");
}

#[test]
fn one_key_turns_a_handler_off_in_the_list_and_in_the_trace() {
    let HandlerRef { plugin, hook, handler } = enrich();
    let switch = |enabled, lasting| Command::SetHandler {
        plugin: plugin.clone(),
        hook,
        handler: handler.clone(),
        enabled,
        lasting,
    };
    let mut model = hooks(120, 36);
    let off = switch(false, HandlerLasting::Session);
    assert_eq!(commands(key(&mut model, KeyCode::Char('e'))), std::slice::from_ref(&off));
    assert!(text(&model).contains("disabling enrich of repo_audit for this session…"));
    let mut model = traced();
    assert_eq!(commands(key(&mut model, KeyCode::Char('e'))), [off]);
    let for_good = switch(false, HandlerLasting::Always);
    assert_eq!(commands(key(&mut model, KeyCode::Char('E'))), [for_good]);

    let mut switched = handlers();
    switched[1].enabled = false;
    answer(&mut model, Query::Hooks, Answer::Hooks(switched));
    assert!(text(&model).contains("off by now"));
    let on = switch(true, HandlerLasting::Session);
    assert_eq!(commands(key(&mut model, KeyCode::Char('e'))), [on]);
}

#[test]
fn a_run_is_run_again_with_the_same_inputs_and_without_one_handler() {
    let mut model = traced();
    key(&mut model, KeyCode::Char('R'));
    assert!(text(&model).contains("Run #42 again without enrich?"));
    let commands = commands(key(&mut model, KeyCode::Char('y')));
    let Some(Command::StartRun(start)) = commands.first() else { panic!("{commands:?}") };
    assert_eq!(start.workflow_type, "repo_audit");
    assert_eq!(start.requirements, "Find what would embarrass us before the release");
    assert_eq!(start.config.get("path"), Some(&".".into()));
    assert_eq!(start.without_handlers, [enrich()]);
}

#[test]
fn what_was_started_here_is_started_again_with_what_was_typed_and_not_with_what_is_kept() {
    let mut model = traced();
    let mut start =
        StartRun { workflow_type: "repo_audit".into(), requirements: "typed".into(), ..StartRun::default() };
    start.config.insert("api_key".into(), "secret".into());
    let command = Command::StartRun(start.clone());
    update(&mut model, Message::Done { command, result: Ok(Done::RunStarted { run: RUN }) });
    key(&mut model, KeyCode::Char('t'));
    key(&mut model, KeyCode::Home);
    key(&mut model, KeyCode::Char('R'));
    start.without_handlers = vec![enrich()];
    assert_eq!(commands(key(&mut model, KeyCode::Char('y'))), [Command::StartRun(start)]);
}

#[test]
fn a_run_whose_secrets_are_masked_is_not_run_again_with_the_mask() {
    let mut model = super::fixture::opened(160, 40);
    tell(&mut model);
    crate::tui::action::open_run(&mut model, RUN);
    let mut story = super::fixture::Story::of(RUN);
    let kind = EventKind::RunStarted {
        workflow_type: "repo_audit".into(),
        requirements: "again".into(),
        config: serde_json::json!({"api_key": crate::event::mask::MASKED}),
        content_hash: None,
        parent_run: None,
    };
    story.event(0, 0, Some("repo_audit"), kind);
    let hook = EventKind::HookStarted { hook: HookName::PreWorkflowExecution, handler: "enrich".into(), order: 1 };
    story.event(1, 1, Some("repo_audit"), hook);
    story.tell(&mut model);
    key(&mut model, KeyCode::Char('t'));
    key(&mut model, KeyCode::Char('R'));
    assert!(model.layers.is_empty());
    assert!(text(&model).contains("had secrets in its config"));
}

#[test]
fn the_trace_is_narrowed_to_the_hook_the_plugin_or_the_outcome_of_an_entry() {
    let mut model = traced();
    let shown = |model: &Model| {
        let tab = model.tab().unwrap();
        tab.trace.shown(&tab.view).count()
    };
    assert_eq!(shown(&model), 4);
    key(&mut model, KeyCode::Char('o'));
    assert_eq!(shown(&model), 1);
    assert!(text(&model).contains("only “outcome:changed”, Esc shows all"));
    key(&mut model, KeyCode::Char('o'));
    assert_eq!(shown(&model), 4);
    key(&mut model, KeyCode::Char('h'));
    assert_eq!(shown(&model), 3);
    key(&mut model, KeyCode::Char('p'));
    assert_eq!(shown(&model), 1);
    key(&mut model, KeyCode::Esc);
    key(&mut model, KeyCode::Char('/'));
    typed(&mut model, "hook:pre outcome:not-permitted");
    assert_eq!(shown(&model), 1);
}
