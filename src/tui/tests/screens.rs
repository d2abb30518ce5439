//! What each screen looks like, at three sizes and in three themes.

use crossterm::event::KeyCode;

use super::fixture::{
    answer, at, broken_detail, ctrl, empty_snapshot, failed, fresh, key, name, opened, running, typed,
};
use super::picture::{drawn, picture, stands_out, text};
use crate::orchestrator::api::{Answer, FacadeError, Query};
use crate::tui::message::Message;
use crate::tui::model::{Focus, Model};
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn at_each_size(screen: &str, model: impl Fn(u16, u16) -> Model) {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("{screen}_{width}x{height}"), picture(&model(width, height)));
    }
}

fn launching(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    key(&mut model, KeyCode::Char('w'));
    key(&mut model, KeyCode::Down);
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "Find what would embarrass us");
    key(&mut model, KeyCode::Tab);
    key(&mut model, KeyCode::Tab);
    typed(&mut model, "many");
    ctrl(&mut model, 's');
    model
}

fn broken(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    key(&mut model, KeyCode::Enter);
    let query = Query::Plugin { plugin: name("broken") };
    answer(&mut model, query, Answer::Plugin(Box::new(broken_detail())));
    model
}

#[test]
fn first_open() {
    at_each_size("first_open", opened);
}

#[test]
fn an_empty_project() {
    at_each_size("empty_project", |width, height| {
        let mut model = fresh(width, height);
        answer(&mut model, Query::Snapshot, Answer::Snapshot(Box::new(empty_snapshot())));
        model.screen.focus = Focus::Run;
        model
    });
}

#[test]
fn a_run_with_panes_and_trace() {
    at_each_size("running", running);
}

#[test]
fn the_trace_alone_where_there_is_no_room() {
    let mut model = running(80, 24);
    key(&mut model, KeyCode::Char('t'));
    key(&mut model, KeyCode::Home);
    let asked = update(&mut model, Message::Tick(at(13_000)));
    assert!(asked.iter().all(|effect| !matches!(effect, crate::tui::effect::Effect::Quit)));
    insta::assert_snapshot!("trace_80x24", picture(&model));
}

#[test]
fn a_run_that_failed() {
    at_each_size("failed", failed);
}

#[test]
fn the_launch_dialog_with_a_wrong_value() {
    at_each_size("launch", launching);
}

#[test]
fn help() {
    at_each_size("help", |width, height| {
        let mut model = running(width, height);
        key(&mut model, KeyCode::Char('?'));
        model
    });
}

#[test]
fn the_details_of_a_broken_plugin() {
    at_each_size("broken_plugin", broken);
}

#[test]
fn a_terminal_that_is_too_small_says_so_in_one_line() {
    let shown = text(&opened(39, 12));
    assert!(shown.starts_with("39×12 is too small; 40×10 will do"), "{shown}");
    assert_eq!(shown.trim().lines().count(), 1);
}

#[test]
fn the_smallest_terminal_shows_every_column_and_dialog() {
    for focus in Focus::ALL {
        let mut model = running(40, 10);
        model.screen.focus = focus;
        let shown = text(&model);
        assert!(shown.contains("? help"), "{shown}");
        assert!(shown.trim_end().ends_with("q quit"), "nothing is drawn over the hints: {shown}");
    }
    let shown = text(&launching(40, 10));
    assert!(shown.contains("must be a whole number"), "{shown}");
}

#[test]
fn a_failure_is_shown_with_its_remedy() {
    let mut model = opened(80, 24);
    let error = FacadeError::failed("shelltools did not build").remedy("Install cargo, then press r.");
    update(&mut model, Message::Answered { query: Query::Agents, answer: Err(error) });
    let shown = text(&model);
    assert!(shown.contains("✗ failed") && shown.contains("shelltools did not build"), "{shown}");
    assert!(shown.contains("Install cargo, then press r."), "{shown}");
}

#[test]
fn the_selection_shows_without_colour() {
    let model = opened(80, 24);
    assert!(text(&model).contains("▌"));
    assert!(stands_out(&drawn(&model, "mono"), "▌"));
}

#[test]
fn hints_offer_what_can_be_done_with_what_is_selected() {
    let mut model = opened(120, 36);
    assert!(!text(&model).contains("a approve"));
    key(&mut model, KeyCode::End);
    let hints = text(&model).lines().last().unwrap().to_owned();
    assert!(hints.contains("a approve") && !hints.contains("r reload"), "{hints}");
    assert!(hints.contains("? help") && hints.contains(": commands"), "{hints}");
}
