//! Runs as they go on: panes, trace, differences.

use crossterm::event::KeyCode;

use super::fixture::{RUN, Story, answer, arrive, at, beginning, failed, key, name, opened, running};
use super::picture::text;
use crate::event::{Event, EventKind, PluginState, RunId, RunStatus, SCHEMA_VERSION, StreamId};
use crate::orchestrator::api::{Answer, Query};
use crate::tui::action::open_run;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Focus, PaneSource};
use crate::tui::update::update;

#[test]
fn the_same_agent_twice_has_two_panes() {
    let mut model = opened(120, 36);
    open_run(&mut model, RUN);
    let mut story = Story::of(RUN);
    story
        .started("repo_audit")
        .agent(1, 1, "twin")
        .agent(2, 2, "twin")
        .output(3, 2, "second\n")
        .output(4, 1, "first\n");
    story.tell(&mut model);
    let texts: Vec<String> = model.tab().unwrap().panes.iter().map(|pane| pane.text.text()).collect();
    assert_eq!(texts, ["first", "second"]);
}

#[test]
fn events_that_come_twice_count_once() {
    let mut model = running(120, 36);
    let before = model.tab().unwrap().panes[0].text.text();
    beginning().tell(&mut model);
    assert_eq!(model.tab().unwrap().panes[0].text.text(), before);
    assert_eq!(model.tab().unwrap().panes.len(), 3);
}

#[test]
fn scrolling_up_stops_following_and_counts_what_is_new() {
    let mut model = running(120, 36);
    let lines = |from: u32| -> String { (from..from + 100).map(|line| format!("line {line}\n")).collect() };
    let mut story = beginning();
    story.output(3_000, 6, &lines(0));
    story.tell(&mut model);
    model.open.current_mut().unwrap().focused = 2;
    key(&mut model, KeyCode::PageUp);
    story.output(3_100, 6, &lines(100));
    story.tell(&mut model);
    let shown = text(&model);
    assert!(shown.contains("+100 new") && !shown.contains("line 199"), "{shown}");
    key(&mut model, KeyCode::End);
    let shown = text(&model);
    assert!(shown.contains("line 199") && !shown.contains("+100 new"), "{shown}");
}

#[test]
fn the_zoomed_pane_has_the_whole_space() {
    let mut model = running(120, 36);
    key(&mut model, KeyCode::Char('l'));
    key(&mut model, KeyCode::Char('z'));
    let zoomed = text(&model);
    assert!(zoomed.contains("2 more:"), "{zoomed}");
    key(&mut model, KeyCode::Esc);
    assert!(!text(&model).contains("2 more:"));
}

#[test]
fn a_line_that_is_cut_can_be_read_to_its_end() {
    let mut model = running(80, 24);
    let mut story = beginning();
    story.output(3_000, 6, &format!("{}the end\n", "x".repeat(90)));
    story.tell(&mut model);
    model.open.current_mut().unwrap().focused = 2;
    key(&mut model, KeyCode::Char('z'));
    key(&mut model, KeyCode::Char('v'));
    assert!(!text(&model).contains("the end"));
    (0..3).for_each(|_| drop(key(&mut model, KeyCode::Right)));
    assert!(text(&model).contains("the end"));
}

#[test]
fn many_agents_collapse_and_each_can_be_reached() {
    let mut model = opened(80, 24);
    open_run(&mut model, RUN);
    let mut story = Story::of(RUN);
    story.started("repo_audit");
    for span in 1..=30 {
        story.agent(1, span, &format!("agent_{span}"));
        story.output(2, span, &format!("here is {span}\n"));
    }
    story.tell(&mut model);
    assert!(text(&model).contains("more:"));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let focused = model.tab().unwrap().focused;
        assert!(text(&model).contains(&format!("here is {}", focused + 1)));
        reached.insert(focused);
        key(&mut model, KeyCode::Down);
    }
    assert_eq!(reached.len(), 30);
}

#[test]
fn a_search_finds_what_was_written_and_what_comes() {
    let mut model = running(120, 36);
    model.open.current_mut().unwrap().focused = 2;
    key(&mut model, KeyCode::Char('/'));
    super::fixture::typed(&mut model, "fixme");
    assert!(text(&model).contains("1 of 1"));
    key(&mut model, KeyCode::Enter);
    let mut story = beginning();
    story.output(3_000, 6, "src/x.rs:1: FIXME again\n");
    story.tell(&mut model);
    key(&mut model, KeyCode::Char('n'));
    assert!(text(&model).contains("2 of 2"));
}

#[test]
fn the_result_has_a_pane_of_its_own() {
    let model = failed(120, 36);
    let pane = model.tab().unwrap().panes.last().unwrap();
    assert_eq!(pane.source, PaneSource::Result);
    assert!(pane.text.text().contains("\"oversized\": ["));
}

#[test]
fn a_run_that_ended_asks_for_the_history_once() {
    let mut model = running(120, 36);
    let mut story = beginning();
    story.ended(4_000, RunStatus::Cancelled, Some("cancelled by you in the workbench"));
    let asked = |effects: &[Effect]| effects.iter().filter(|e| matches!(e, Effect::Ask(Query::Runs(_)))).count();
    assert_eq!(asked(&story.tell(&mut model)), 1);
    assert_eq!(asked(&story.tell(&mut model)), 0);
    assert!(text(&model).contains("cancelled by you in the workbench"));
}

#[test]
fn bodies_are_fetched_only_when_somebody_looks_and_once() {
    let mut model = opened(80, 24);
    open_run(&mut model, RUN);
    // The run's column alone is in sight.
    let asks = |effects: Vec<Effect>| -> Vec<_> {
        effects
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Ask(Query::Body { body }) => Some(body),
                _ => None,
            })
            .collect()
    };
    assert_eq!(asks(beginning().tell(&mut model)), []);
    key(&mut model, KeyCode::Char('t'));
    let asked = asks(key(&mut model, KeyCode::Home));
    assert_eq!(asked.len(), 2);
    assert_eq!(asks(key(&mut model, KeyCode::Enter)), []);
    asked.into_iter().for_each(|body| arrive(&mut model, body));
    let shown = text(&model);
    // The comma that the line before got is no change of it.
    assert!(shown.contains("+     \"files\": 214") && shown.contains("      \"path\": \".\""), "{shown}");
}

#[test]
fn the_trace_follows_until_somebody_looks_at_something() {
    let mut model = running(120, 36);
    model.screen.focus = Focus::Trace;
    assert!(model.tab().unwrap().trace.is_following());
    key(&mut model, KeyCode::Up);
    assert!(!model.tab().unwrap().trace.is_following());
    key(&mut model, KeyCode::Down);
    assert!(model.tab().unwrap().trace.is_following());
}

#[test]
fn the_trace_can_be_narrowed_to_an_outcome() {
    let mut model = running(120, 36);
    model.screen.focus = Focus::Trace;
    key(&mut model, KeyCode::Char('/'));
    super::fixture::typed(&mut model, "not permitted");
    let tab = model.tab().unwrap();
    assert_eq!(tab.trace.shown(&tab.view).count(), 1);
}

#[test]
fn several_runs_can_be_open_and_closing_a_tab_stops_following() {
    let mut model = running(120, 36);
    open_run(&mut model, RunId(41));
    assert!(text(&model).contains("run 2 of 2"));
    key(&mut model, KeyCode::Char('['));
    assert_eq!(model.tab().unwrap().view.id, RUN);
    let effects = key(&mut model, KeyCode::Char('c'));
    assert!(effects.contains(&Effect::Unfollow(StreamId::Run(RUN))));
    assert_eq!(model.tab().unwrap().view.id, RunId(41));
}

#[test]
fn a_plugin_s_new_state_shows_at_once_and_the_rest_is_asked_for_once() {
    let mut model = opened(120, 36);
    let event = |seq, state| {
        std::sync::Arc::new(Event {
            v: SCHEMA_VERSION,
            stream: StreamId::Host,
            seq,
            time: at(0),
            span: None,
            parent: None,
            plugin: Some(name("shelltools")),
            kind: EventKind::PluginState { state, reason: Some("its files changed".into()), remedy: None },
        })
    };
    let events = vec![event(8, PluginState::Loading), event(9, PluginState::Crashed)];
    let effects = update(&mut model, Message::Events { stream: StreamId::Host, events });
    assert_eq!(effects.iter().filter(|e| **e == Effect::Ask(Query::Plugins)).count(), 1);
    assert!(text(&model).contains("✗ shelltools"));
    let events = vec![event(10, PluginState::Active)];
    let effects = update(&mut model, Message::Events { stream: StreamId::Host, events });
    assert!(!effects.contains(&Effect::Ask(Query::Plugins)), "one question at a time");
    let effects = answer(&mut model, Query::Plugins, Answer::Plugins(super::fixture::plugins()));
    assert!(effects.contains(&Effect::Ask(Query::Plugins)), "the answer may be older than the last event");
}

#[test]
fn time_draws_only_while_something_goes_on() {
    let mut model = opened(80, 24);
    assert_eq!(update(&mut model, Message::Tick(at(1_000))), []);
    let mut model = running(80, 24);
    assert_eq!(update(&mut model, Message::Tick(at(13_000))), [Effect::Draw]);
    let mut model = failed(80, 24);
    assert_eq!(update(&mut model, Message::Tick(at(13_000))), []);
}

#[test]
fn a_flood_leaves_the_newest_and_say_what_was_left_out() {
    let mut model = running(120, 36);
    let lines: String = (0..1_000).map(|line| format!("flood {line}\n")).collect();
    let mut story = beginning();
    for _ in 0..100 {
        story.output(3_000, 6, &lines);
    }
    story.tell(&mut model);
    model.open.current_mut().unwrap().focused = 2;
    let shown = text(&model);
    assert!(shown.contains("flood 999"), "{shown}");
    assert!(shown.contains("older lines are in the history alone"), "{shown}");
}
