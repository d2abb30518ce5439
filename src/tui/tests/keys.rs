//! What keys, pastes and the mouse do.

use crossterm::event::KeyCode;
use ratatui::layout::Position;

use super::fixture::{RUN, answer, at, beginning, ctrl, failed, key, name, opened, running, typed};
use super::granted::held_detail;
use super::picture::text;
use crate::event::{PluginState, RunId, StreamId};
use crate::orchestrator::api::{Answer, Command, Done, Query};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layout::Layout;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Model, View};
use crate::tui::update::update;

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Do(command) => Some(command),
            _ => None,
        })
        .collect()
}

/// A workbench that started run 42 itself.
fn with_own_run() -> Model {
    let mut model = running(120, 36);
    let start = Command::StartRun(Default::default());
    update(&mut model, Message::Done { command: start, result: Ok(Done::RunStarted { run: RUN }) });
    model
}

#[test]
fn tab_goes_round_the_columns() {
    let mut model = opened(80, 24);
    for expected in [Focus::Run, Focus::Trace, Focus::Plugins] {
        key(&mut model, KeyCode::Tab);
        assert_eq!(model.screen.focus, expected);
    }
    key(&mut model, KeyCode::BackTab);
    assert_eq!(model.screen.focus, Focus::Trace);
}

#[test]
fn plugin_actions_mean_the_selected_plugin() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Down);
    let plugin = name("command_agents");
    assert_eq!(commands(key(&mut model, KeyCode::Char('r'))), [Command::ReloadPlugin { plugin: plugin.clone() }]);
    assert_eq!(commands(key(&mut model, KeyCode::Char('u'))), [Command::UnloadPlugin { plugin }]);
}

#[test]
fn the_selection_stays_with_its_plugin_when_the_list_changes() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::End);
    let mut plugins = super::fixture::plugins();
    plugins.rotate_right(1);
    answer(&mut model, Query::Plugins, crate::orchestrator::api::Answer::Plugins(plugins));
    assert_eq!(model.plugins.selected().unwrap().name, name("shelltools"));
}

#[test]
fn approving_opens_the_whole_question_and_approves_what_it_showed() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::End);
    assert_eq!(model.plugins.selected().unwrap().state, PluginState::NeedsApproval);
    key(&mut model, KeyCode::Char('a'));
    assert!(text(&model).contains("May shelltools run?"), "{}", text(&model));
    let (plugin, detail) = (name("shelltools"), held_detail());
    let seen = detail.content_hash.clone();
    assert!(seen.is_some());
    answer(&mut model, Query::Plugin { plugin: plugin.clone() }, Answer::Plugin(Box::new(detail)));
    assert!(commands(key(&mut model, KeyCode::Char('A'))).is_empty(), "nobody can have read it");
    update(&mut model, Message::Tick(at(2_000)));
    assert_eq!(commands(key(&mut model, KeyCode::Char('A'))), [Command::ApprovePlugin { plugin, seen }]);
}

#[test]
fn cancel_asks_and_says_who() {
    let mut model = running(120, 36);
    key(&mut model, KeyCode::Char('x'));
    assert!(text(&model).contains("Cancel run #42?"));
    assert!(commands(key(&mut model, KeyCode::Esc)).is_empty());
    key(&mut model, KeyCode::Char('x'));
    let by = "you in the workbench".to_owned();
    assert_eq!(commands(key(&mut model, KeyCode::Char('y'))), [Command::CancelRun { run: RUN, by }]);
}

#[test]
fn what_is_over_can_not_be_cancelled() {
    let mut model = failed(120, 36);
    key(&mut model, KeyCode::Char('x'));
    assert!(model.layers.is_empty());
    assert!(text(&model).contains("run #42 is over already"));
}

#[test]
fn quitting_asks_only_if_it_ends_runs() {
    let mut model = opened(80, 24);
    assert!(key(&mut model, KeyCode::Char('q')).contains(&Effect::Quit));

    // A run of another process goes on without us.
    let mut model = running(80, 24);
    assert!(key(&mut model, KeyCode::Char('q')).contains(&Effect::Quit));

    let mut model = with_own_run();
    assert!(!key(&mut model, KeyCode::Char('q')).contains(&Effect::Quit));
    assert!(text(&model).contains("1 run is live; quitting cancels it"));
    let effects = key(&mut model, KeyCode::Char('y'));
    assert!(effects.contains(&Effect::Quit));
    assert!(matches!(&commands(effects)[..], [Command::CancelRun { run: RUN, .. }]));
}

#[test]
fn a_paste_is_never_a_command() {
    let mut model = with_own_run();
    let effects = update(&mut model, Message::Paste("q\ny\nx\ny\n".into()));
    assert_eq!(effects, [Effect::Draw]);
    assert!(model.layers.is_empty());
    key(&mut model, KeyCode::Char('x'));
    update(&mut model, Message::Paste("y".into()));
    assert!(matches!(model.layers.last(), Some(Layer::Confirm(_))));
}

#[test]
fn a_filter_narrows_as_one_types_and_escape_takes_it_back() {
    let mut model = opened(80, 24);
    key(&mut model, KeyCode::Char('/'));
    typed(&mut model, "audit");
    assert_eq!(model.plugins.shown().count(), 1);
    key(&mut model, KeyCode::Enter);
    assert!(text(&model).contains("only “audit”, Esc shows all"));
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.plugins.shown().count(), 4);
}

#[test]
fn the_palette_finds_and_does() {
    let mut model = opened(120, 36);
    key(&mut model, KeyCode::Char(':'));
    typed(&mut model, "theme light");
    let effects = key(&mut model, KeyCode::Enter);
    assert!(effects.contains(&Effect::UseTheme("light".into())));
    key(&mut model, KeyCode::Char(':'));
    typed(&mut model, "run #41");
    let effects = key(&mut model, KeyCode::Enter);
    assert!(effects.contains(&Effect::Follow { stream: StreamId::Run(RunId(41)), from_seq: 1 }));
    key(&mut model, KeyCode::Char(':'));
    typed(&mut model, "history of runs");
    key(&mut model, KeyCode::Enter);
    assert_eq!(model.screen.view, View::Runs);
}

#[test]
fn a_theme_is_shown_while_it_is_selected_and_escape_brings_the_old_one_back() {
    let mut model = opened(80, 24);
    key(&mut model, KeyCode::Char('T'));
    assert!(key(&mut model, KeyCode::Up).contains(&Effect::UseTheme("light".into())));
    assert!(key(&mut model, KeyCode::Esc).contains(&Effect::UseTheme("terminal".into())));
    assert_eq!(model.themes.current, "terminal");
}

#[test]
fn the_wheel_scrolls_the_pane_under_the_pointer_and_not_the_focused_one() {
    let mut model = running(120, 36);
    let long: String = (0..200).map(|line| format!("line {line}\n")).collect();
    let mut story = beginning();
    story.output(2_500, 5, &long).output(2_500, 6, &long);
    story.tell(&mut model);
    model.open.current_mut().unwrap().focused = 1;
    let tiles = Layout::of(&model).unwrap().run.unwrap().tiles;
    let (place, area) = tiles.panes[2];
    let at = Position::new(area.x + 2, area.y + 2);
    update(&mut model, Message::Wheel { at, lines: -3 });
    let tab = model.tab().unwrap();
    assert!(!tab.panes[place].scroll.is_following());
    assert!(tab.panes[1].scroll.is_following());
}

#[test]
fn a_click_selects_what_is_seen() {
    let mut model = opened(120, 36);
    let list = Layout::of(&model).unwrap().plugins.unwrap().list;
    update(&mut model, Message::Click(Position::new(list.x + 3, list.y + 2)));
    assert_eq!(model.plugins.selected().unwrap().name, name("repo_audit"));
    let mut model = running(120, 36);
    let trace = Layout::of(&model).unwrap().trace.unwrap().list;
    update(&mut model, Message::Click(Position::new(trace.x + 3, trace.y + 1)));
    assert_eq!(model.screen.focus, Focus::Trace);
    assert!(!model.tab().unwrap().trace.is_following());
}

#[test]
fn the_history_opens_a_run_from_its_first_event() {
    let mut model = opened(80, 24);
    let effects = key(&mut model, KeyCode::Char('2'));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask(Query::Runs(_)))));
    key(&mut model, KeyCode::Down);
    let effects = key(&mut model, KeyCode::Enter);
    assert!(effects.contains(&Effect::Follow { stream: StreamId::Run(RunId(40)), from_seq: 1 }));
    assert_eq!(model.screen.view, View::Workbench);
}

#[test]
fn the_mouse_can_be_left_to_the_terminal() {
    let mut model = opened(80, 24);
    assert!(key(&mut model, KeyCode::Char('m')).contains(&Effect::CaptureMouse(false)));
    assert!(key(&mut model, KeyCode::Char('m')).contains(&Effect::CaptureMouse(true)));
}

#[test]
fn control_c_leaves_a_dialog_before_it_leaves_the_workbench() {
    let mut model = opened(80, 24);
    key(&mut model, KeyCode::Char('w'));
    assert!(!ctrl(&mut model, 'c').contains(&Effect::Quit));
    assert!(ctrl(&mut model, 'c').contains(&Effect::Quit));
}

#[test]
fn good_news_go_by_themselves_and_bad_ones_wait_for_a_key() {
    let mut model = opened(80, 24);
    let command = Command::LoadPlugin { plugin: name("broken") };
    let result = Ok(Done::Ok { message: "loaded".into() });
    update(&mut model, Message::Done { command: command.clone(), result });
    update(&mut model, Message::Tick(at(60_000)));
    assert_eq!(model.notice, None);
    let result = Err(crate::orchestrator::api::FacadeError::failed("no"));
    update(&mut model, Message::Done { command, result });
    update(&mut model, Message::Tick(at(120_000)));
    assert!(model.notice.is_some());
    key(&mut model, KeyCode::Down);
    assert_eq!(model.notice, None);
}
