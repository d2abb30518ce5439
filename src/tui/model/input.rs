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

    /// Many lines that are never wrapped, with the cursor at the beginning.
    pub fn code(text: &str) -> Self {
        let mut input = Input::new(text, true);
        input.area.set_wrap_mode(WrapMode::None);
        input.area.set_tab_length(2);
        input.area.set_max_histories(1_000);
        input.jump(0, 0);
        input
    }

    /// A line of which only dots show.
    pub fn masked(text: &str) -> Self {
        let mut input = Input::line(text);
        input.mask(true);
        input
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

    /// A new line that begins where the one before does.
    pub fn newline_indented(&mut self) {
        let (line, column) = self.cursor();
        let before = self.area.lines().get(line).map_or("", String::as_str);
        let indent: String = before.chars().take(column).take_while(|c| matches!(c, ' ' | '\t')).collect();
        self.newline();
        self.area.insert_str(indent);
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

    /// Shows dots, or what they stand for.
    pub fn mask(&mut self, on: bool) {
        if on {
            self.area.set_mask_char('•');
        } else {
            self.area.clear_mask_char();
        }
    }

    pub fn has_many_lines(&self) -> bool {
        self.many_lines
    }

    pub fn lines_of_text(&self) -> &[String] {
        self.area.lines()
    }

    /// The line and the character of the cursor, from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    pub fn jump(&mut self, line: usize, column: usize) {
        let cells = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.cancel_selection();
        self.area.move_cursor(CursorMove::Jump(cells(line), cells(column)));
    }

    /// Puts another text in the place of all of it; can be undone.
    pub fn replace(&mut self, text: &str) {
        self.area.clear();
        self.area.insert_str(text);
    }

    pub fn undo(&mut self) {
        self.area.undo();
        // What replaced everything took it away first.
        if self.area.is_empty() {
            self.area.undo();
        }
    }

    pub fn redo(&mut self) {
        self.area.redo();
        if self.area.is_empty() {
            self.area.redo();
        }
    }

    /// What is selected, as line and character from and to.
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range()
    }

    fn len(&self) -> usize {
        self.area.lines().iter().map(|line| line.len() + 1).sum()
    }
}
