//! The few ways in which everything is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, BorderType, Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::tui::model::RichLine;
use crate::tui::theme::{Role, Theme};

/// Where to draw, and how.
pub(super) struct Canvas<'a> {
    pub buffer: &'a mut Buffer,
    pub theme: &'a Theme,
}

impl Canvas<'_> {
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// One row of text from the left edge of `area`; `…` stands for what does not fit. The cells it took.
    pub fn text(&mut self, area: Rect, text: &str, role: Role) -> u16 {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return 0;
        }
        // A title does not take on the weight of the border it stands in.
        let style = self.style(role);
        let style = style.remove_modifier((Modifier::BOLD | Modifier::DIM) - style.add_modifier);
        let room = usize::from(area.width);
        let cut = if text.width() > room { Some(shorten(text, room)) } else { None };
        let (x, _) = self.buffer.set_stringn(area.x, area.y, cut.as_deref().unwrap_or(text), room, style);
        x - area.x
    }

    /// One row of pieces. The cells it took.
    pub fn row(&mut self, area: Rect, line: &RichLine) -> u16 {
        let mut x = area.x;
        for (role, text) in &line.0 {
            let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
            x += self.text(rest, text, *role);
        }
        x - area.x
    }

    /// One row of pieces that ends at the right edge. Where it begins.
    pub fn row_right(&mut self, area: Rect, line: &RichLine) -> u16 {
        let width = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width);
        let x = area.right() - width;
        self.row(Rect { x, width, ..area }, line);
        x
    }

    /// Rows of text from the top of `area`; says how many are left out.
    pub fn rows(&mut self, area: Rect, lines: &[RichLine]) {
        let room = usize::from(area.height);
        let seen = if lines.len() > room { room.saturating_sub(1) } else { lines.len() };
        for (line, row) in lines.iter().take(seen).zip(area.rows()) {
            self.row(row, line);
        }
        if lines.len() > seen
            && let Some(row) = area.rows().next_back()
        {
            self.text(row, &format!("… {} more lines", lines.len() - seen), Role::TextMuted);
        }
    }

    /// A border with a title at the left and a note at the right. A focused one is thick, so that it shows without
    /// colour.
    pub fn frame(&mut self, area: Rect, title: &RichLine, note: &RichLine, focused: bool) {
        let (border, role) =
            if focused { (BorderType::Thick, Role::BorderFocused) } else { (BorderType::Plain, Role::Border) };
        Block::bordered().border_type(border).border_style(self.style(role)).render(area, self.buffer);
        self.titles(Rect { height: 1.min(area.height), ..area }, title, note);
    }

    /// Words on a border.
    pub fn titles(&mut self, border: Rect, title: &RichLine, note: &RichLine) {
        let inside = Rect { x: border.x + 1, width: border.width.saturating_sub(2), ..border };
        let is_empty = |line: &RichLine| line.0.iter().all(|(_, text)| text.is_empty());
        let mut end = inside.right();
        // The title is worth more than the note.
        if !is_empty(note) && title.width() + note.width() + 5 <= usize::from(inside.width) {
            end = self.row_right(inside, &padded(note)).saturating_sub(1);
        }
        if !is_empty(title) {
            let room = Rect { width: end.saturating_sub(inside.x), ..inside };
            self.row(room, &padded(title));
        }
    }

    /// A line across a border, with a title.
    pub fn divider(&mut self, row: Rect, title: &RichLine, focused: bool) {
        let role = if focused { Role::BorderFocused } else { Role::Border };
        let (left, right) = if focused { ("┠", "┨") } else { ("├", "┤") };
        let line = format!("{left}{}{right}", "─".repeat(usize::from(row.width.saturating_sub(2))));
        self.text(row, &line, role);
        self.titles(row, title, &RichLine::default());
    }

    /// Marks a row as the selected one: a bar before it, and the look of a selection.
    pub fn select(&mut self, row: Rect) {
        let row = row.intersection(self.buffer.area);
        self.buffer.set_style(row, self.style(Role::Selection));
        if let Some(cell) = self.buffer.cell_mut(Position::new(row.x, row.y)) {
            cell.set_symbol("▌");
        }
    }

    /// An empty space above what was drawn.
    pub fn clear(&mut self, area: Rect) {
        // Half of a wide character at the edge would be left over.
        for y in area.top()..area.bottom() {
            if area.x > 0
                && let Some(cell) = self.buffer.cell_mut(Position::new(area.x - 1, y))
                && cell.symbol().width() > 1
            {
                cell.set_symbol(" ");
            }
        }
        Clear.render(area, self.buffer);
        self.buffer.set_style(area, self.style(Role::Text));
    }
}

/// A title with a blank on either side.
fn padded(line: &RichLine) -> RichLine {
    let blank = || std::iter::once((Role::Text, " ".to_owned()));
    RichLine(blank().chain(line.0.iter().cloned()).chain(blank()).collect())
}

/// The beginning of `text` with `…`, in at most `room` cells.
fn shorten(text: &str, room: usize) -> String {
    let mut short = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let cells = grapheme.width();
        if used + cells + 1 > room {
            break;
        }
        used += cells;
        short.push_str(grapheme);
    }
    if room > 0 {
        short.push('…');
    }
    short
}

/// One piece of text as a line.
pub(super) fn plain(role: Role, text: impl Into<String>) -> RichLine {
    RichLine(vec![(role, text.into())])
}
