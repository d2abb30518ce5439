use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::{Modifier, Style},
    widgets::Widget,
};

use super::{Line, PaneBuffer, PaneView, Search, search::Match, view::Row, wrap};
use crate::tui::theme::{Role, Theme};

/// A character with more marks than fit in this many bytes is drawn without the rest.
const MAX_SYMBOL: usize = 64;

/// The styles of a pane's text.
#[derive(Clone, Copy, Debug)]
pub struct PaneLook {
    text: Style,
    found: Style,
    current: Style,
    /// False if the colours of the agent's text are left out.
    colour: bool,
}

impl PaneLook {
    pub fn new(theme: &Theme) -> Self {
        let found = theme.style(Role::Warn);
        Self {
            text: theme.style(Role::Text),
            found: found.add_modifier(Modifier::UNDERLINED),
            current: found.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            colour: theme.has_colour(),
        }
    }

    /// The look of a character whose agent gave it `own`.
    fn style(&self, own: Style, found: Option<Style>) -> Style {
        let own = if self.colour { own } else { Style { fg: None, bg: None, ..own } };
        self.text.patch(own).patch(found.unwrap_or_default())
    }
}

/// Draws what is in sight. Everything in the area is overwritten, nothing outside it is touched.
#[derive(Clone, Copy, Debug)]
pub struct Pane<'a> {
    pub buffer: &'a PaneBuffer,
    pub view: &'a PaneView,
    pub look: PaneLook,
    pub search: Option<&'a Search>,
}

impl Widget for Pane<'_> {
    fn render(self, area: Rect, screen: &mut Buffer) {
        let area = area.intersection(screen.area);
        if area.is_empty() {
            return;
        }
        for position in area.positions() {
            let cell = &mut screen[position];
            cell.reset();
            cell.set_style(self.look.text);
        }
        let rows = self.view.rows(self.buffer, Size::new(area.width, area.height));
        for (y, row) in (area.top()..area.bottom()).zip(rows) {
            if let Some(line) = self.buffer.line(row.line) {
                self.draw_row(&row, line, Rect { y, height: 1, ..area }, screen);
            }
        }
    }
}

impl Pane<'_> {
    fn draw_row(&self, row: &Row, line: Line<'_>, area: Rect, screen: &mut Buffer) {
        let matches = self.search.map_or(&[][..], |search| search.in_line(row.line));
        let (left, width) = (self.view.left(), usize::from(area.width));
        let mut column = 0;
        let mut hint = 0;
        for cell in wrap::cells(&line.text()[row.range.clone()]) {
            let start = column;
            column += cell.width;
            if start >= left + width {
                break;
            }
            // A wide character that is cut by an edge is left blank: terminals can't draw half of it.
            if cell.width == 0 || start < left || column > left + width {
                continue;
            }
            let offset = row.range.start + cell.offset;
            let style = self.look.style(line.style_at(offset, &mut hint), self.found(matches, offset));
            // Both fit: `start - left` is less than the width of the area.
            let x = area.x + (start - left) as u16;
            screen[(x, area.y)].set_symbol(bounded(cell.symbol)).set_style(style);
            for covered in 1..cell.width as u16 {
                screen[(x + covered, area.y)].set_style(style);
            }
        }
    }

    fn found(&self, matches: &[Match], offset: usize) -> Option<Style> {
        let found = matches.get(matches.partition_point(|found| found.end <= offset))?;
        if offset < found.start {
            return None;
        }
        let current = self.search.and_then(Search::current) == Some(*found);
        Some(if current { self.look.current } else { self.look.found })
    }
}

fn bounded(symbol: &str) -> &str {
    &symbol[..symbol.floor_char_boundary(MAX_SYMBOL)]
}
