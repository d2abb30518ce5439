//! `update`: a message in, a changed model and effects out. Pure: it reads no clock and touches nothing else.

mod answer;
mod approval;
mod config;
mod events;
mod key;
mod link;
mod look;
mod mouse;
mod route;

use super::effect::Effect;
use super::message::Message;
use super::model::{Model, Notice};

/// Takes in one message.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = match message {
        Message::Key(event) => key::press(model, event),
        Message::Paste(text) => key::paste(model, &text),
        Message::Click(at) => mouse::click(model, at),
        Message::Wheel { at, lines } => mouse::wheel(model, at, isize::from(lines)),
        Message::Resize { width, height } => {
            model.screen.size = ratatui::layout::Size::new(width, height);
            vec![Effect::Draw]
        }
        Message::Tick(now) => tick(model, now),
        Message::Answered { query, answer } => answer::answered(model, query, answer),
        Message::Done { command, result } => answer::done(model, command, result),
        Message::Events { stream, events } => events::arrived(model, stream, &events),
        Message::Link(view) => link::changed(model, view),
        Message::Edited(text) => config::edited(model, text),
        Message::ThemeRefused { name, problem } => {
            let text = format!("the theme `{name}` can't be used: {problem}");
            model.notice = Some(Notice::bad(text));
            vec![Effect::Draw]
        }
    };
    approval::refresh(model);
    effects.extend(look::fetch(model));
    effects
}

fn tick(model: &mut Model, now: crate::event::Timestamp) -> Vec<Effect> {
    let was_moving = model.is_moving();
    model.screen.now = now;
    if model.notice.as_ref().and_then(|notice| notice.until).is_some_and(|until| until <= now) {
        model.notice = None;
    }
    let mut effects: Vec<Effect> = config::tick(model, now).into_iter().collect();
    if was_moving {
        effects.push(Effect::Draw);
    }
    effects
}
