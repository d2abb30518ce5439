mod buffer;
mod drawing;
mod properties;
mod scrolling;
mod search;

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    widgets::Widget,
};

use super::{Pane, PaneBuffer, PaneLook, PaneView, Search};
use crate::tui::theme::{Theme, ThemeSources};

impl PaneBuffer {
    /// What is kept, without styles.
    pub(in crate::tui) fn text(&self) -> String {
        let lines: Vec<&str> = self.range().filter_map(|number| self.line(number)).map(|line| line.text()).collect();
        lines.join("\n")
    }
}

fn look() -> PaneLook {
    PaneLook::new(&Theme::load("terminal", &ThemeSources::default()).unwrap())
}

fn buffer(text: &str) -> PaneBuffer {
    let mut buffer = PaneBuffer::new();
    buffer.push(text);
    buffer
}

/// `count` lines that say which they are.
fn numbered(count: usize) -> PaneBuffer {
    let mut buffer = PaneBuffer::new();
    for number in 0..count {
        buffer.push(&format!("line {number}\n"));
    }
    buffer
}

fn draw(buffer: &PaneBuffer, view: &PaneView, search: Option<&Search>, size: Size) -> Buffer {
    let mut screen = Buffer::empty(Rect::new(0, 0, size.width, size.height));
    Pane { buffer, view, look: look(), search }.render(screen.area, &mut screen);
    screen
}

/// The rows of the screen as a person reads them, without blanks at the end.
fn shown(buffer: &PaneBuffer, view: &PaneView, size: Size) -> Vec<String> {
    let rows = view.rows(buffer, size);
    let screen = draw(buffer, view, None, size);
    let read = |y: u16| {
        let mut text = String::new();
        let mut x = 0;
        while x < size.width {
            let symbol = screen[(x, y)].symbol();
            text.push_str(symbol);
            x += ratatui::buffer::CellWidth::cell_width(symbol).max(1);
        }
        text.trim_end().to_owned()
    };
    (0..rows.len() as u16).map(read).collect()
}
