use std::io;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use futures_util::stream;
use ratatui::layout::Position;
use tokio::sync::mpsc;

use super::{Input, Inputs, Key, MouseAction, source::pump};

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

fn mouse(kind: MouseEventKind, column: u16) -> Event {
    Event::Mouse(MouseEvent { kind, column, row: 1, modifiers: NONE })
}

fn press(char: char) -> Event {
    Event::Key(KeyEvent::new(KeyCode::Char(char), NONE))
}

fn key(char: char) -> Input {
    Input::Key(Key { code: KeyCode::Char(char), modifiers: NONE })
}

/// What comes out when all of `events` have piled up.
async fn inputs(events: Vec<Event>) -> Vec<Input> {
    let (sender, receiver) = mpsc::channel(events.len().max(1));
    pump(stream::iter(events.into_iter().map(Ok)), sender).await;
    let mut inputs = Inputs::new(receiver);
    let mut all = Vec::new();
    while let Some(input) = inputs.next().await {
        all.push(input.unwrap());
    }
    all
}

#[test]
fn keys_are_the_same_whichever_way_they_are_reported() {
    let cases = [
        ((KeyCode::Char('A'), SHIFT), (KeyCode::Char('A'), NONE)),
        ((KeyCode::Char('A'), NONE), (KeyCode::Char('A'), NONE)),
        ((KeyCode::Char('a'), SHIFT), (KeyCode::Char('A'), NONE)),
        ((KeyCode::Char('?'), SHIFT), (KeyCode::Char('?'), NONE)),
        ((KeyCode::Char('ß'), SHIFT), (KeyCode::Char('ß'), NONE)),
        ((KeyCode::Char('X'), ALT | SHIFT), (KeyCode::Char('X'), ALT)),
        ((KeyCode::Char('C'), CTRL | SHIFT), (KeyCode::Char('c'), CTRL)),
        ((KeyCode::BackTab, SHIFT), (KeyCode::BackTab, NONE)),
        ((KeyCode::Tab, SHIFT), (KeyCode::BackTab, NONE)),
        ((KeyCode::Tab, NONE), (KeyCode::Tab, NONE)),
        ((KeyCode::Up, SHIFT), (KeyCode::Up, SHIFT)),
    ];
    for ((code, modifiers), (wanted_code, wanted_modifiers)) in cases {
        let wanted = Key { code: wanted_code, modifiers: wanted_modifiers };
        assert_eq!(Key::from_event(KeyEvent::new(code, modifiers)), Some(wanted), "{code:?} {modifiers:?}");
    }
}

#[test]
fn a_held_key_repeats_and_its_release_is_nothing() {
    let event = |kind| Key::from_event(KeyEvent::new_with_kind(KeyCode::Down, NONE, kind));
    assert!(event(KeyEventKind::Repeat).is_some());
    assert!(event(KeyEventKind::Release).is_none());
}

#[tokio::test]
async fn pasted_lines_end_in_newlines_and_stay_one_input() {
    let pasted = inputs(vec![Event::Paste("q\r\na\rb\n".to_owned()), press('x')]).await;
    assert_eq!(pasted, [Input::Paste("q\na\nb\n".to_owned()), key('x')]);
}

#[tokio::test]
async fn a_flood_of_wheel_steps_comes_as_one_and_keys_keep_their_place() {
    let mut events = vec![press('a')];
    events.extend((0..500).map(|_| mouse(MouseEventKind::ScrollDown, 5)));
    events.extend((0..100).map(|_| mouse(MouseEventKind::ScrollUp, 5)));
    events.push(press('b'));
    events.push(mouse(MouseEventKind::ScrollDown, 5));
    events.push(mouse(MouseEventKind::ScrollDown, 6));
    let scroll = |x, rows| Input::Mouse {
        at: Position::new(x, 1),
        modifiers: NONE,
        action: MouseAction::Scroll { rows, columns: 0 },
    };
    assert_eq!(inputs(events).await, [key('a'), scroll(5, 400), key('b'), scroll(5, 1), scroll(6, 1)]);
}

#[tokio::test]
async fn only_the_last_of_several_sizes_and_drags_counts() {
    let events = vec![
        Event::Resize(80, 24),
        Event::Resize(90, 25),
        Event::Resize(100, 30),
        mouse(MouseEventKind::Down(MouseButton::Left), 1),
        mouse(MouseEventKind::Moved, 2),
        mouse(MouseEventKind::Drag(MouseButton::Left), 3),
        mouse(MouseEventKind::Drag(MouseButton::Left), 9),
        mouse(MouseEventKind::Up(MouseButton::Left), 9),
        press('a'),
        press('a'),
    ];
    let at = |x, action| Input::Mouse { at: Position::new(x, 1), modifiers: NONE, action };
    let expected = [
        Input::Resize { width: 100, height: 30 },
        at(1, MouseAction::Press(MouseButton::Left)),
        at(9, MouseAction::Drag(MouseButton::Left)),
        at(9, MouseAction::Release(MouseButton::Left)),
        key('a'),
        key('a'),
    ];
    assert_eq!(inputs(events).await, expected);
}

#[tokio::test]
async fn an_error_is_told_once_and_ends_the_inputs() {
    let (sender, receiver) = mpsc::channel(8);
    let events = vec![Ok(press('a')), Err(io::Error::other("gone")), Ok(press('b'))];
    pump(stream::iter(events), sender).await;
    let mut inputs = Inputs::new(receiver);
    assert_eq!(inputs.next().await.unwrap().unwrap(), key('a'));
    assert_eq!(inputs.next().await.unwrap().unwrap_err().to_string(), "gone");
    assert!(inputs.next().await.is_none());
}

#[tokio::test]
async fn reading_stops_when_nobody_wants_inputs_any_more() {
    let (sender, receiver) = mpsc::channel(1);
    drop(Inputs::new(receiver));
    // Would wait for ever for the next event otherwise.
    pump(stream::pending(), sender).await;
}
