//! What is shown, where, and when it is.

use ratatui::layout::{Rect, Size};

use crate::event::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Plugins, run and trace.
    Workbench,
    /// The history.
    Runs,
    /// The matrix of plugins and permissions.
    Permissions,
    /// All hook handlers.
    Handlers,
    Audit,
    /// The plugins' API routes.
    Api,
}

/// The column that gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Plugins,
    Run,
    Trace,
}

impl Focus {
    pub const ALL: [Focus; 3] = [Focus::Plugins, Focus::Run, Focus::Trace];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub size: Size,
    /// The time of the last tick.
    pub now: Timestamp,
    /// Whether spinners turn.
    pub motion: bool,
    /// Whether the mouse is ours rather than the terminal's.
    pub mouse: bool,
    /// Whether the project is only looked at: nothing that would change it is offered.
    pub readonly: bool,
    /// Whether secrets may be shown on request: never in a picture.
    pub reveals: bool,
    pub view: View,
    pub focus: Focus,
}

impl Screen {
    pub fn new(size: Size, now: Timestamp) -> Self {
        Screen {
            size,
            now,
            motion: true,
            mouse: true,
            readonly: false,
            reveals: true,
            view: View::Workbench,
            focus: Focus::Plugins,
        }
    }

    pub fn area(&self) -> Rect {
        Rect::from((ratatui::layout::Position::ORIGIN, self.size))
    }

    /// What stands for something that goes on.
    pub fn spinner(&self) -> &'static str {
        const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
        if !self.motion {
            return "▸";
        }
        let frame = self.now.as_micros().div_euclid(100_000).rem_euclid(FRAMES.len() as i64);
        FRAMES[usize::try_from(frame).unwrap_or_default()]
    }
}
