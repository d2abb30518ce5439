//! What reaches the model.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::event::{Event, StreamId, Timestamp};
use crate::orchestrator::api::{Answer, Command, Done, FacadeError, LinkView, Query};

#[derive(Debug, Clone)]
pub enum Message {
    Key(KeyEvent),
    /// The left button was pressed.
    Click(Position),
    /// The wheel was turned over a place by so many lines, downwards if positive.
    Wheel {
        at: Position,
        lines: i16,
    },
    /// Text from the terminal's clipboard; only editors take it.
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// The time. The model has no clock of its own.
    Tick(Timestamp),
    Answered {
        query: Query,
        answer: Result<Answer, FacadeError>,
    },
    Done {
        command: Command,
        result: Result<Done, FacadeError>,
    },
    /// Events of a followed stream, in order.
    Events {
        stream: StreamId,
        events: Vec<Arc<Event>>,
    },
    /// How the connection to the host stands, which is elsewhere.
    Link(LinkView),
    /// What the person's own editor left, or why it did not come to that.
    Edited(Result<String, String>),
    /// Why a theme can't be used.
    ThemeRefused {
        name: String,
        problem: String,
    },
}
