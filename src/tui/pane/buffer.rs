use std::{collections::VecDeque, ops::Range};

use unicode_width::UnicodeWidthChar;

use super::{
    line::{Line, OpenLine, Pen, StoredLine},
    sgr::SgrParser,
};

/// How much a pane keeps.
const MAX_LINES: usize = 10_000;
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A longer line goes on in the next one.
const MAX_LINE: usize = 16 * 1024;

/// How far past that a split may wait for the end of a character's combining marks.
const SPLIT_GRACE: usize = 256;

/// The newest output of one agent: at most 10,000 lines and 8 MiB, the oldest dropped first.
///
/// Lines are numbered from 0 in the order in which they came, and keep their number when others are dropped.
#[derive(Debug, Default)]
pub struct PaneBuffer {
    lines: VecDeque<StoredLine>,
    open: OpenLine,
    /// What the finished lines cost.
    bytes: usize,
    dropped: u64,
    parser: SgrParser,
    pen: Pen,
}

impl PaneBuffer {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a piece of text. Lines, colour sequences and characters' parts may be cut anywhere between pieces.
    ///
    /// Tabs are filled up with blanks; other control characters than `\n` and colour sequences are left out.
    pub fn push(&mut self, piece: &str) {
        let mut rest = piece;
        while !rest.is_empty() {
            if self.parser.is_inside() {
                rest = self.continue_sequence(rest);
                continue;
            }
            let plain = rest.find(char::is_control).unwrap_or(rest.len());
            self.push_plain(&rest[..plain]);
            let mut following = rest[plain..].chars();
            match following.next() {
                Some('\n') => self.end_line(),
                Some('\t') => {
                    self.open.push_tab(self.pen);
                    self.split_if_long();
                }
                Some('\x1b') => self.parser.begin(),
                Some(_) | None => {}
            }
            rest = following.as_str();
        }
    }

    /// Begins a line of the host's own: what was said before it ends, with its colours.
    pub fn begin_line(&mut self) {
        self.parser = SgrParser::default();
        self.pen = Pen::default();
        if !self.open.is_empty() {
            self.end_line();
        }
    }

    /// Reads on in a sequence that has begun and gives back what follows it.
    fn continue_sequence<'a>(&mut self, text: &'a str) -> &'a str {
        for (offset, byte) in text.bytes().enumerate() {
            // Sequences are ASCII, so the offset is at a character's start.
            if !self.parser.take(byte, &mut self.pen) {
                return &text[offset..];
            }
            if !self.parser.is_inside() {
                return &text[offset + 1..];
            }
        }
        ""
    }

    fn push_plain(&mut self, mut text: &str) {
        while self.open.len() + text.len() > MAX_LINE {
            let room = MAX_LINE.saturating_sub(self.open.len());
            let at = split_point(text, room);
            self.open.push(&text[..at], self.pen);
            text = &text[at..];
            if text.is_empty() {
                // Marks that belong to the last character may still come; see `split_point`.
                break;
            }
            self.end_line();
        }
        self.open.push(text, self.pen);
        self.split_if_long();
    }

    fn split_if_long(&mut self) {
        if self.open.len() >= MAX_LINE + SPLIT_GRACE {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let line = self.open.finish();
        self.bytes += line.size();
        self.lines.push_back(line);
        while self.lines.len() > MAX_LINES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.size();
            self.dropped += 1;
        }
    }

    /// The numbers of the lines that are kept. The last may still be written.
    pub fn range(&self) -> Range<u64> {
        let end = self.dropped + self.lines.len() as u64 + u64::from(!self.open.is_empty());
        self.dropped..end
    }

    /// How many lines were dropped to stay within bounds.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The line of this number, if it is kept.
    pub fn line(&self, number: u64) -> Option<Line<'_>> {
        let index = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        match self.lines.get(index) {
            Some(stored) => Some(stored.line()),
            None => (index == self.lines.len() && !self.open.is_empty()).then(|| self.open.line()),
        }
    }
}

/// Where to split `text` if only `room` bytes of it fit: between characters, and after the marks that combine
/// with the character before, unless there are absurdly many of them.
fn split_point(text: &str, room: usize) -> usize {
    let mut at = text.floor_char_boundary(room);
    for char in text[at..].chars() {
        if char.width() != Some(0) || at + char.len_utf8() > room + SPLIT_GRACE {
            break;
        }
        at += char.len_utf8();
    }
    at
}
