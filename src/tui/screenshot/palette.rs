//! Cells' colours as numbers. What a theme leaves to the terminal is taken from a fixed one: the Tango palette, and
//! xterm's cube and greys for the numbered colours.

use std::fmt;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rgb(pub u8, pub u8, pub u8);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The terminal's own foreground and background.
const FOREGROUND: Rgb = Rgb(0xd3, 0xd7, 0xcf);
const BACKGROUND: Rgb = Rgb(0x12, 0x14, 0x16);

/// Tango, in the order of the terminal's numbers.
const ANSI: [Rgb; 16] = [
    Rgb(0x2e, 0x34, 0x36),
    Rgb(0xcc, 0x00, 0x00),
    Rgb(0x4e, 0x9a, 0x06),
    Rgb(0xc4, 0xa0, 0x00),
    Rgb(0x34, 0x65, 0xa4),
    Rgb(0x75, 0x50, 0x7b),
    Rgb(0x06, 0x98, 0x9a),
    Rgb(0xd3, 0xd7, 0xcf),
    Rgb(0x55, 0x57, 0x53),
    Rgb(0xef, 0x29, 0x29),
    Rgb(0x8a, 0xe2, 0x34),
    Rgb(0xfc, 0xe9, 0x4f),
    Rgb(0x72, 0x9f, 0xcf),
    Rgb(0xad, 0x7f, 0xa8),
    Rgb(0x34, 0xe2, 0xe2),
    Rgb(0xee, 0xee, 0xec),
];

/// What the picture is drawn on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    pub colour: Rgb,
}

/// How one cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink {
    pub text: Rgb,
    pub paper: Rgb,
    pub bold: bool,
    pub italic: bool,
    pub underline: Option<Rgb>,
    pub strike: bool,
    pub hidden: bool,
}

impl Paper {
    /// The background of ordinary text.
    pub fn new(text: Style) -> Self {
        Paper { colour: rgb(text.bg.unwrap_or(Color::Reset), BACKGROUND) }
    }
}

impl Ink {
    pub fn of(cell: &Cell) -> Self {
        let (mut text, mut paper) = (rgb(cell.fg, FOREGROUND), rgb(cell.bg, BACKGROUND));
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut text, &mut paper);
        }
        if cell.modifier.contains(Modifier::DIM) {
            text = faded(text, paper);
        }
        Ink {
            text,
            paper,
            bold: cell.modifier.contains(Modifier::BOLD),
            italic: cell.modifier.contains(Modifier::ITALIC),
            underline: cell.modifier.contains(Modifier::UNDERLINED).then(|| rgb(cell.underline_color, text)),
            strike: cell.modifier.contains(Modifier::CROSSED_OUT),
            hidden: cell.modifier.contains(Modifier::HIDDEN),
        }
    }
}

/// A third of the way to the background.
fn faded(text: Rgb, paper: Rgb) -> Rgb {
    let mix = |text: u8, paper: u8| ((u16::from(text) * 2 + u16::from(paper)) / 3) as u8;
    Rgb(mix(text.0, paper.0), mix(text.1, paper.1), mix(text.2, paper.2))
}

fn rgb(colour: Color, default: Rgb) -> Rgb {
    match colour {
        Color::Reset => default,
        Color::Black => ANSI[0],
        Color::Red => ANSI[1],
        Color::Green => ANSI[2],
        Color::Yellow => ANSI[3],
        Color::Blue => ANSI[4],
        Color::Magenta => ANSI[5],
        Color::Cyan => ANSI[6],
        Color::Gray => ANSI[7],
        Color::DarkGray => ANSI[8],
        Color::LightRed => ANSI[9],
        Color::LightGreen => ANSI[10],
        Color::LightYellow => ANSI[11],
        Color::LightBlue => ANSI[12],
        Color::LightMagenta => ANSI[13],
        Color::LightCyan => ANSI[14],
        Color::White => ANSI[15],
        Color::Rgb(red, green, blue) => Rgb(red, green, blue),
        Color::Indexed(number) => indexed(number),
    }
}

fn indexed(number: u8) -> Rgb {
    match number {
        0..=15 => ANSI[usize::from(number)],
        16..=231 => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let place = number - 16;
            Rgb(level(place / 36), level(place / 6 % 6), level(place % 6))
        }
        232..=255 => {
            let level = 8 + 10 * (number - 232);
            Rgb(level, level, level)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(style: Style) -> Ink {
        let mut cell = Cell::EMPTY;
        cell.set_style(style);
        Ink::of(&cell)
    }

    #[test]
    fn numbered_colours_are_those_of_xterm() {
        assert_eq!(indexed(16), Rgb(0, 0, 0));
        assert_eq!(indexed(208), Rgb(0xff, 0x87, 0x00));
        assert_eq!(indexed(231), Rgb(255, 255, 255));
        assert_eq!(indexed(232), Rgb(8, 8, 8));
        assert_eq!(indexed(255), Rgb(238, 238, 238));
    }

    #[test]
    fn reversed_text_stands_on_its_own_colour() {
        let reversed = ink(Style::new().fg(Color::Red).bg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::REVERSED));
        assert_eq!((reversed.text, reversed.paper), (Rgb(1, 2, 3), ANSI[1]));
        let plain = ink(Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!((plain.text, plain.paper), (BACKGROUND, FOREGROUND));
    }

    #[test]
    fn dim_text_fades_into_what_it_stands_on() {
        let dim = Style::new().fg(Color::Rgb(90, 90, 90)).bg(Color::Rgb(0, 30, 255)).add_modifier(Modifier::DIM);
        assert_eq!(ink(dim).text, Rgb(60, 70, 145));
    }

    #[test]
    fn an_underline_has_its_own_colour_or_the_texts() {
        let style = Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::UNDERLINED);
        assert_eq!(ink(style).underline, Some(Rgb(1, 2, 3)));
        assert_eq!(ink(style.underline_color(Color::Rgb(9, 9, 9))).underline, Some(Rgb(9, 9, 9)));
    }
}
