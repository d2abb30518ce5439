//! What a person does: keys, pastes, the mouse, in the one form that the workbench knows.

mod fold;
mod key;
mod source;
#[cfg(test)]
mod tests;

pub use key::Key;
pub use source::Inputs;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// One thing that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    /// Text that was pasted, with `\n` between lines. Only editors take it.
    Paste(String),
    Mouse {
        at: Position,
        modifiers: KeyModifiers,
        action: MouseAction,
    },
    /// The screen has this many columns and rows now.
    Resize {
        width: u16,
        height: u16,
    },
    /// The terminal's window has the keyboard, or has lost it.
    Focus(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    Press(MouseButton),
    Release(MouseButton),
    Drag(MouseButton),
    /// Steps of the wheel: down and right are positive. Steps that come faster than they are taken are added up.
    Scroll {
        rows: i16,
        columns: i16,
    },
}

impl Input {
    /// None for what the workbench has no use for: releases of keys, modifiers alone, movements of the mouse.
    fn from_event(event: Event) -> Option<Input> {
        match event {
            Event::Key(event) => Key::from_event(event).map(Input::Key),
            // Terminals send a carriage return for each line's end.
            Event::Paste(text) => Some(Input::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))),
            Event::Mouse(event) => Input::from_mouse(event),
            Event::Resize(width, height) => Some(Input::Resize { width, height }),
            Event::FocusGained => Some(Input::Focus(true)),
            Event::FocusLost => Some(Input::Focus(false)),
        }
    }

    fn from_mouse(MouseEvent { kind, column, row, modifiers }: MouseEvent) -> Option<Input> {
        let action = match kind {
            MouseEventKind::Down(button) => MouseAction::Press(button),
            MouseEventKind::Up(button) => MouseAction::Release(button),
            MouseEventKind::Drag(button) => MouseAction::Drag(button),
            MouseEventKind::ScrollDown => MouseAction::Scroll { rows: 1, columns: 0 },
            MouseEventKind::ScrollUp => MouseAction::Scroll { rows: -1, columns: 0 },
            MouseEventKind::ScrollRight => MouseAction::Scroll { rows: 0, columns: 1 },
            MouseEventKind::ScrollLeft => MouseAction::Scroll { rows: 0, columns: -1 },
            MouseEventKind::Moved => return None,
        };
        Some(Input::Mouse { at: Position::new(column, row), modifiers, action })
    }
}
