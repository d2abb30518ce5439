use std::mem;

use ratatui::style::{Color, Modifier, Style};

/// How a stretch of text looks: the colours and attributes that an agent set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Pen {
    pub fg: Color,
    pub bg: Color,
    pub modifiers: Modifier,
}

impl Pen {
    /// What is laid over the pane's own style: a colour that the agent left alone stays the pane's.
    fn style(self) -> Style {
        let set = |colour| (colour != Color::Reset).then_some(colour);
        Style { fg: set(self.fg), bg: set(self.bg), ..Style::new() }.add_modifier(self.modifiers)
    }
}

/// A stretch of a line in one style. It begins where the run before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Byte offset in the line's text.
    end: u32,
    pen: Pen,
}

/// One line of output: text without controls, and its styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    text: &'a str,
    runs: &'a [Run],
}

impl<'a> Line<'a> {
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The agent's style at the byte `offset`, to be laid over the pane's own. `hint` begins at 0 and makes it
    /// cheap to go through a line from left to right.
    pub(super) fn style_at(self, offset: usize, hint: &mut usize) -> Style {
        while self.runs.get(*hint).is_some_and(|run| run.end as usize <= offset) {
            *hint += 1;
        }
        self.runs.get(*hint).map_or_else(Style::new, |run| run.pen.style())
    }
}

/// A finished line as it is kept.
#[derive(Debug)]
pub(super) struct StoredLine {
    text: Box<str>,
    /// Empty if the whole line is in the pane's own style, else covers all of `text`.
    runs: Box<[Run]>,
}

impl StoredLine {
    pub fn line(&self) -> Line<'_> {
        Line { text: &self.text, runs: &self.runs }
    }

    /// What the line costs, in bytes.
    pub fn size(&self) -> usize {
        mem::size_of::<StoredLine>() + self.text.len() + mem::size_of_val(&*self.runs)
    }
}

/// The line that is still being written.
#[derive(Debug, Default)]
pub(super) struct OpenLine {
    text: String,
    runs: Vec<Run>,
    /// How wide the text up to a byte offset is, so that tabs need not measure it again.
    measured: (usize, usize),
}

/// Tab stops are this many columns apart.
const TAB: usize = 8;

impl OpenLine {
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn push(&mut self, text: &str, pen: Pen) {
        if text.is_empty() {
            return;
        }
        // Most text has no style; its lines keep no runs.
        if !self.runs.is_empty() || pen != Pen::default() {
            let before = self.text.len() as u32;
            if self.runs.is_empty() && before > 0 {
                self.runs.push(Run { end: before, pen: Pen::default() });
            }
            let end = before + text.len() as u32;
            match self.runs.last_mut() {
                Some(last) if last.pen == pen => last.end = end,
                _ => self.runs.push(Run { end, pen }),
            }
        }
        self.text.push_str(text);
    }

    /// Fills up to the next tab stop.
    pub fn push_tab(&mut self, pen: Pen) {
        let (offset, width) = self.measured;
        let width = width + super::wrap::width(&self.text[offset..]);
        let filled = TAB - width % TAB;
        self.push(&"        "[..filled], pen);
        self.measured = (self.text.len(), width + filled);
    }

    /// Takes the finished line out and begins a new one.
    pub fn finish(&mut self) -> StoredLine {
        self.measured = (0, 0);
        let line = StoredLine { text: self.text.as_str().into(), runs: self.runs.as_slice().into() };
        // The room is kept for the next line, unless one giant made it large.
        self.text.clear();
        self.text.shrink_to(512);
        self.runs.clear();
        self.runs.shrink_to(32);
        line
    }

    /// The line as it stands.
    pub fn line(&self) -> Line<'_> {
        Line { text: &self.text, runs: &self.runs }
    }
}
