//! Text being typed.

use crossterm::event::KeyEvent;
use tui_textarea::{CursorMove, TextArea, WrapMode};

/// The longest text that an editor takes, in bytes.
const LIMIT: usize = 256 * 1024;

/// An editor of one line or of many.
#[derive(Debug, Clone)]
pub struct Input {
    /// An editor is large, and dialogs hold several.
    area: Box<TextArea<'static>>,
    many_lines: bool,
}

impl Input {
    pub fn line(text: &str) -> Self {
        Input::new(text, false)
    }

    pub fn lines(text: &str) -> Self {
        Input::new(text, true)
    }

    fn new(text: &str, many_lines: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        if many_lines {
            area.set_wrap_mode(WrapMode::WordOrGlyph);
        }
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Input { area: Box::new(area), many_lines }
    }

    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// The editor itself, for drawing.
    pub fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.len() < LIMIT {
            self.area.input(key);
        }
    }

    pub fn newline(&mut self) {
        if self.many_lines {
            self.area.insert_newline();
        }
    }

    /// Takes pasted text; a line takes it as one line.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let room = LIMIT.saturating_sub(self.len());
        let end = text.floor_char_boundary(room.min(text.len()));
        let text: String = if self.many_lines {
            text[..end].chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
        } else {
            text[..end].chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
        };
        self.area.insert_str(text);
    }

    /// Moves the cursor by a line.
    pub fn up(&mut self) {
        self.area.move_cursor(CursorMove::Up);
    }

    pub fn down(&mut self) {
        self.area.move_cursor(CursorMove::Down);
    }

    fn len(&self) -> usize {
        self.area.lines().iter().map(|line| line.len() + 1).sum()
    }
}
