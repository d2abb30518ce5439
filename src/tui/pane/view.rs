use std::ops::Range;

use ratatui::layout::Size;

use super::{PaneBuffer, wrap};

/// Which part of a buffer a pane shows, and how.
///
/// The place is kept as a position in the text, not as a row number: it stays where it is when the pane is
/// resized, when lines arrive, and, as far as it can, when lines are dropped. Sizes are those of the area that
/// the text is drawn in, without border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaneView {
    follow: bool,
    wrap: bool,
    top: Position,
    /// Columns hidden at the left while lines are not wrapped.
    left: usize,
    /// The end of the text when following stopped.
    seen: u64,
}

/// A place in the text: the number of a line and a byte offset in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Position {
    line: u64,
    offset: usize,
}

/// One row of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of the line it shows.
    pub line: u64,
    /// The bytes of the line that it shows.
    pub range: Range<usize>,
}

/// The longest line has this many columns at most; further right there is never anything.
const MAX_LEFT: usize = 16 * 1024;

impl Default for PaneView {
    fn default() -> Self {
        Self { follow: true, wrap: true, top: Position::default(), left: 0, seen: 0 }
    }
}

impl PaneView {
    /// Follows the newest text, with long lines wrapped.
    pub fn new() -> Self {
        Self::default()
    }

    /// True if the newest text stays in sight as it arrives.
    pub fn is_following(&self) -> bool {
        self.follow
    }

    pub fn is_wrapped(&self) -> bool {
        self.wrap
    }

    /// The columns hidden at the left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// How many lines have arrived since following stopped.
    pub fn unseen(&self, buffer: &PaneBuffer) -> u64 {
        if self.follow { 0 } else { buffer.range().end.saturating_sub(self.seen) }
    }

    /// Goes to the newest text and stays with it.
    pub fn follow(&mut self) {
        self.follow = true;
    }

    pub fn toggle_wrap(&mut self) {
        self.wrap = !self.wrap;
        self.left = 0;
    }

    pub fn scroll_left(&mut self, columns: usize) {
        self.left = self.left.saturating_sub(columns);
    }

    /// Has no effect while lines are wrapped: there is nothing to the right, then.
    pub fn scroll_right(&mut self, columns: usize) {
        if !self.wrap {
            self.left = self.left.saturating_add(columns).min(MAX_LEFT);
        }
    }

    /// Stops following if there is anything above.
    pub fn scroll_up(&mut self, buffer: &PaneBuffer, size: Size, rows: usize) {
        let top = self.resolve(buffer, size);
        let target = self.rows_back(buffer, size, top, rows);
        if target != top {
            self.stop_at(buffer, target);
        }
    }

    /// Follows again when the newest text comes into sight.
    pub fn scroll_down(&mut self, buffer: &PaneBuffer, size: Size, rows: usize) {
        if self.follow {
            return;
        }
        let target = self.rows_on(buffer, size, self.resolve(buffer, size), rows);
        if target >= self.newest(buffer, size) {
            self.follow();
        } else {
            self.top = target;
        }
    }

    /// Keeps one row in sight from page to page.
    pub fn page_up(&mut self, buffer: &PaneBuffer, size: Size) {
        self.scroll_up(buffer, size, page(size));
    }

    pub fn page_down(&mut self, buffer: &PaneBuffer, size: Size) {
        self.scroll_down(buffer, size, page(size));
    }

    /// Goes to the oldest text that is kept.
    pub fn to_top(&mut self, buffer: &PaneBuffer, size: Size) {
        let oldest = Position { line: buffer.range().start, offset: 0 };
        if self.resolve(buffer, size) != oldest {
            self.stop_at(buffer, oldest);
        }
    }

    /// Brings a place of the text into sight, unless it is there already: a search's match, a trace line's place.
    pub fn show(&mut self, buffer: &PaneBuffer, size: Size, line: u64, offset: usize) {
        if !self.rows(buffer, size).iter().any(|row| row.line == line && contains(&row.range, offset)) {
            let place = self.row_start(buffer, size, Position { line, offset });
            // With some of what leads to it above.
            let target = self.rows_back(buffer, size, place, usize::from(size.height / 3));
            self.stop_at(buffer, target);
        }
        if !self.wrap
            && let Some(line) = buffer.line(line)
        {
            let before = line.text().floor_char_boundary(offset);
            let column = wrap::width(&line.text()[..before]);
            let width = usize::from(size.width);
            if !(self.left..self.left + width).contains(&column) {
                self.left = if column < width { 0 } else { column - width / 2 };
            }
        }
    }

    /// What is in sight, from top to bottom; shorter than the height if there is no more text.
    pub fn rows(&self, buffer: &PaneBuffer, size: Size) -> Vec<Row> {
        let mut rows = Vec::with_capacity(usize::from(size.height));
        let top = self.resolve(buffer, size);
        for line in top.line..buffer.range().end {
            let from = if line == top.line { top.offset } else { 0 };
            let ranges = self.line_rows(buffer, size, line).skip_while(|range| range.start < from);
            rows.extend(ranges.take(usize::from(size.height) - rows.len()).map(|range| Row { line, range }));
            if rows.len() == usize::from(size.height) {
                break;
            }
        }
        rows
    }

    fn stop_at(&mut self, buffer: &PaneBuffer, top: Position) {
        if self.follow {
            self.follow = false;
            self.seen = buffer.range().end;
        }
        self.top = top;
    }

    /// The position of the first row in sight.
    fn resolve(&self, buffer: &PaneBuffer, size: Size) -> Position {
        let newest = self.newest(buffer, size);
        if self.follow { newest } else { self.row_start(buffer, size, self.top).min(newest) }
    }

    /// The first row in sight when the last row is at the bottom.
    fn newest(&self, buffer: &PaneBuffer, size: Size) -> Position {
        let range = buffer.range();
        let last = Position { line: range.end.saturating_sub(1).max(range.start), offset: usize::MAX };
        let last = self.row_start(buffer, size, last);
        self.rows_back(buffer, size, last, usize::from(size.height.saturating_sub(1)))
    }

    /// Where the row begins that shows `position`, or the first row if its line was dropped.
    fn row_start(&self, buffer: &PaneBuffer, size: Size, position: Position) -> Position {
        let oldest = buffer.range().start;
        if position.line < oldest {
            return Position { line: oldest, offset: 0 };
        }
        let starts = self.line_rows(buffer, size, position.line).map(|range| range.start);
        let offset = starts.take_while(|&start| start <= position.offset).last().unwrap_or(0);
        Position { line: position.line, offset }
    }

    /// `rows` rows above the row that begins at `position`, or the first row.
    fn rows_back(&self, buffer: &PaneBuffer, size: Size, position: Position, mut rows: usize) -> Position {
        let oldest = buffer.range().start;
        let Position { mut line, mut offset } = position;
        loop {
            let starts = self.line_rows(buffer, size, line).map(|range| range.start);
            let above: Vec<usize> = starts.take_while(|&start| start < offset).collect();
            if rows <= above.len() {
                let offset = if rows == 0 { offset } else { above[above.len() - rows] };
                return Position { line, offset };
            }
            if line <= oldest {
                return Position { line: oldest, offset: 0 };
            }
            // One more row: to the last row of the line before.
            rows -= above.len() + 1;
            line -= 1;
            let starts = self.line_rows(buffer, size, line).map(|range| range.start);
            offset = starts.last().unwrap_or(0);
        }
    }

    /// `rows` rows below the row that begins at `position`, or the last row.
    fn rows_on(&self, buffer: &PaneBuffer, size: Size, position: Position, mut rows: usize) -> Position {
        let mut at = position;
        for line in position.line..buffer.range().end {
            let from = if line == position.line { position.offset } else { 0 };
            for range in self.line_rows(buffer, size, line).skip_while(|range| range.start < from) {
                at = Position { line, offset: range.start };
                if rows == 0 {
                    return at;
                }
                rows -= 1;
            }
        }
        at
    }

    /// The rows that one line takes. They are worked out as they are asked for.
    fn line_rows(&self, buffer: &PaneBuffer, size: Size, line: u64) -> impl Iterator<Item = Range<usize>> {
        let text = buffer.line(line).map_or("", |line| line.text());
        let width = if self.wrap { usize::from(size.width) } else { usize::MAX };
        let whole = (!self.wrap).then_some(0..text.len());
        let wrapped = self.wrap.then(|| wrap::rows(text, width));
        whole.into_iter().chain(wrapped.into_iter().flatten())
    }
}

fn page(size: Size) -> usize {
    usize::from(size.height.saturating_sub(1)).max(1)
}

/// An empty row contains the place where it is.
fn contains(range: &Range<usize>, offset: usize) -> bool {
    range.contains(&offset) || (range.is_empty() && range.start == offset)
}
