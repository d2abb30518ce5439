//! What the model wants done, as data: `update` returns these, `app` does them.

use std::time::Duration;

use crate::event::StreamId;
use crate::orchestrator::api::{Command, Query};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Something that is visible changed.
    Draw,
    /// Draw every cell anew, in case something else wrote to the terminal.
    ClearScreen,
    /// Answered by `Message::Answered`.
    Ask(Query),
    /// The same, after a while.
    AskLater {
        query: Query,
        after: Duration,
    },
    /// Answered by `Message::Done`.
    Do(Command),
    /// Answered by `Message::Events` for as long as the stream goes on.
    Follow {
        stream: StreamId,
        from_seq: u64,
    },
    Unfollow(StreamId),
    /// Takes the mouse, or leaves it to the terminal.
    CaptureMouse(bool),
    /// Draws with this theme from now on; answered by `Message::ThemeRefused` if it can't be read.
    UseTheme(String),
    /// Lets the person's own editor have a text; answered by `Message::Edited`.
    EditText {
        /// What its file is called.
        name: String,
        text: String,
    },
    /// Stops the program until its shell continues it.
    Suspend,
    Quit,
}
