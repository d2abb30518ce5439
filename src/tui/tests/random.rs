//! Whatever comes, nothing panics, and the screen can be drawn.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::layout::Position;

use super::fixture::{RUN, at, beginning, broken_detail, failed, name, opened};
use super::granted::{audit, handlers, held_detail, permissions};
use super::picture::text;
use crate::event::RunId;
use crate::orchestrator::api::{Answer, Command, Done, FacadeError, Query};
use crate::tui::action::open_run;
use crate::tui::message::Message;
use crate::tui::update::update;

fn code() -> impl Strategy<Value = KeyCode> {
    prop_oneof![
        4 => proptest::sample::select("wxzqtTmruaclkjhGgKJnNvy/:?[]12345!sodDfeERpA 漢é".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        3 => proptest::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Left,
            KeyCode::Right, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End, KeyCode::Backspace,
            KeyCode::Delete,
        ]),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let place = (0u16..210, 0u16..70).prop_map(|(x, y)| Position::new(x, y));
    prop_oneof![
        12 => (code(), prop::bool::weighted(0.1)).prop_map(|(code, control)| {
            let modifiers = if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
            Message::Key(KeyEvent::new(code, modifiers))
        }),
        2 => (0u16..220, 0u16..80).prop_map(|(width, height)| Message::Resize { width, height }),
        2 => place.clone().prop_map(Message::Click),
        2 => (place, -9i16..9).prop_map(|(at, lines)| Message::Wheel { at, lines }),
        1 => ".{0,40}".prop_map(Message::Paste),
        1 => (-1_000i64..100_000).prop_map(|millis| Message::Tick(at(millis))),
        1 => any::<bool>().prop_map(|fine| Message::Done {
            command: Command::StartRun(Default::default()),
            result: if fine { Ok(Done::RunStarted { run: RunId(41) }) } else { Err(FacadeError::failed("no\nway")) },
        }),
        1 => Just(Message::Answered { query: Query::Permissions, answer: Ok(Answer::Permissions(permissions())) }),
        1 => Just(Message::Answered { query: Query::Hooks, answer: Ok(Answer::Hooks(handlers())) }),
        1 => Just(Message::Answered { query: Query::Snapshot, answer: Ok(Answer::Audit(audit())) }),
        1 => Just(Message::Answered {
            query: Query::Plugin { plugin: name("shelltools") },
            answer: Ok(Answer::Plugin(Box::new(held_detail()))),
        }),
        1 => Just(Message::Answered { query: Query::Plugins, answer: Ok(Answer::Plugins(Vec::new())) }),
        1 => Just(Message::Answered {
            query: Query::Plugin { plugin: name("broken") },
            answer: Ok(Answer::Plugin(Box::new(broken_detail()))),
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        messages in prop::collection::vec(message(), 1..60),
        width in 1u16..210,
        height in 1u16..70,
        over in any::<bool>(),
    ) {
        let mut model = if over { failed(width, height) } else { opened(width, height) };
        if !over {
            open_run(&mut model, RUN);
            beginning().tell(&mut model);
        }
        for message in messages {
            update(&mut model, message);
            if !model.screen.area().is_empty() {
                text(&model);
            }
        }
    }
}
