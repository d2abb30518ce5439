//! A screen as text: the characters once, and for each theme the runs of cells that look unlike plain text.

use std::fmt::Write;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::tui::model::Model;
use crate::tui::theme::{Theme, ThemeSources};
use crate::tui::view::view;

pub fn drawn(model: &Model, theme: &str) -> Buffer {
    let theme = Theme::load(theme, &ThemeSources::default()).unwrap();
    let size = model.screen.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    terminal.draw(|frame| view(model, &theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The characters alone.
pub fn text(model: &Model) -> String {
    characters(&drawn(model, "terminal"))
}

/// The characters, and the styles in each of the three themes.
pub fn picture(model: &Model) -> String {
    let mut picture = text(model);
    for theme in ["terminal", "dark", "light"] {
        let _ = write!(picture, "\n── {theme}\n{}", styles(&drawn(model, theme)));
    }
    picture
}

fn characters(buffer: &Buffer) -> String {
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut covered = 0;
        for x in 0..buffer.area.width {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            covered = symbol.width().saturating_sub(1);
            line.push_str(symbol);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n") + "\n"
}

/// A legend of looks, then per row the runs: a letter for the look (`.` is plain) and how many cells.
fn styles(buffer: &Buffer) -> String {
    let plain = looks(&buffer[(0, buffer.area.height - 1)]);
    let mut legend: Vec<String> = Vec::new();
    let mut rows: Vec<String> = Vec::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(char, usize)> = Vec::new();
        let mut covered = 0;
        for x in 0..buffer.area.width {
            if covered > 0 {
                // The terminal draws a wide character from its first cell.
                covered -= 1;
                runs.iter_mut().next_back().unwrap().1 += 1;
                continue;
            }
            covered = buffer[(x, y)].symbol().width().saturating_sub(1);
            let look = looks(&buffer[(x, y)]);
            let letter = if look == plain {
                '.'
            } else {
                let place = legend.iter().position(|known| *known == look).unwrap_or_else(|| {
                    legend.push(look);
                    legend.len() - 1
                });
                char::from(b'a' + u8::try_from(place).unwrap())
            };
            match runs.last_mut() {
                Some((last, count)) if *last == letter => *count += 1,
                _ => runs.push((letter, 1)),
            }
        }
        if runs.last().is_some_and(|(letter, _)| *letter == '.') {
            runs.pop();
        }
        rows.push(runs.iter().map(|(letter, count)| format!("{letter}{count}")).collect::<Vec<_>>().join(" "));
    }
    let mut out = format!(". {plain}\n");
    for (place, look) in legend.iter().enumerate() {
        let _ = writeln!(out, "{} {look}", char::from(b'a' + u8::try_from(place).unwrap()));
    }
    let mut y = 0;
    for same in rows.chunk_by(|one, other| one == other) {
        if !same[0].is_empty() {
            let until = if same.len() > 1 { format!("-{}", y + same.len() - 1) } else { String::new() };
            let _ = writeln!(out, "{y}{until}: {}", same[0]);
        }
        y += same.len();
    }
    out
}

fn looks(cell: &Cell) -> String {
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg));
    }
    for (name, _) in cell.modifier.iter_names() {
        words.push(name.to_lowercase());
    }
    if words.is_empty() { "default".to_owned() } else { words.join(" ") }
}

/// Whether any cell of the row that holds `text` is reversed or bold, so that it stands out without colour.
pub fn stands_out(buffer: &Buffer, text: &str) -> bool {
    let lines = characters(buffer);
    let Some(y) = lines.lines().position(|line| line.contains(text)) else { return false };
    let y = u16::try_from(y).unwrap();
    let strong = Modifier::REVERSED | Modifier::BOLD;
    (0..buffer.area.width).any(|x| buffer[(x, y)].modifier.intersects(strong))
}
