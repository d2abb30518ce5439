//! The one kind of escape sequence that agents may use: Select Graphic Rendition, `ESC [ … m`.

use ratatui::style::{Color, Modifier};

use super::line::Pen;

/// Longer sequences are not colours.
const MAX_PARAMETERS: usize = 64;

/// Reads escape sequences byte by byte, however they are cut into pieces.
#[derive(Debug, Default)]
pub(super) struct SgrParser {
    state: State,
    parameters: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    Escape,
    Parameters,
}

impl SgrParser {
    /// True between `ESC` and the end of its sequence.
    pub fn is_inside(&self) -> bool {
        self.state != State::Text
    }

    /// Begins a sequence: an `ESC` was read.
    pub fn begin(&mut self) {
        self.state = State::Escape;
        self.parameters.clear();
    }

    /// Takes the next byte of a sequence and changes `pen` if it completes one. False if the byte is not part
    /// of a sequence; it is text, then, and so is what follows.
    pub fn take(&mut self, byte: u8, pen: &mut Pen) -> bool {
        match (self.state, byte) {
            (State::Escape, b'[') => self.state = State::Parameters,
            (State::Parameters, b' '..=b'?') if self.parameters.len() < MAX_PARAMETERS => self.parameters.push(byte),
            (State::Parameters, b' '..=b'?') => {}
            (State::Parameters, b'@'..=b'~') => {
                self.state = State::Text;
                if byte == b'm' && self.parameters.len() < MAX_PARAMETERS {
                    apply(&self.parameters, pen);
                }
            }
            _ => {
                self.state = State::Text;
                return false;
            }
        }
        true
    }
}

/// Applies the parameters of one sequence. What is unknown is left out.
fn apply(parameters: &[u8], pen: &mut Pen) {
    // Anything but numbers and separators makes it a private sequence that only ends in `m` by chance.
    if !parameters.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':')) {
        return;
    }
    let mut groups = parameters.split(|&byte| byte == b';');
    while let Some(group) = groups.next() {
        let mut parts = group.split(|&byte| byte == b':').map(number);
        match parts.next().flatten() {
            // An empty parameter is 0.
            None if group.is_empty() => *pen = Pen::default(),
            None => {}
            Some(code @ (38 | 48 | 58)) => {
                let colour = if group.contains(&b':') {
                    colon_colour(&parts.collect::<Vec<_>>())
                } else {
                    semicolon_colour(|| groups.next().and_then(number))
                };
                match (code, colour) {
                    (38, Some(colour)) => pen.fg = colour,
                    (48, Some(colour)) => pen.bg = colour,
                    // The colour of underlines is not kept.
                    _ => {}
                }
            }
            // `4:0` to `4:5` are kinds of underline.
            Some(4) => pen.modifiers.set(Modifier::UNDERLINED, parts.next().flatten() != Some(0)),
            Some(code) => simple(code, pen),
        }
    }
}

fn simple(code: u16, pen: &mut Pen) {
    match code {
        0 => *pen = Pen::default(),
        1 => pen.modifiers.insert(Modifier::BOLD),
        2 => pen.modifiers.insert(Modifier::DIM),
        3 => pen.modifiers.insert(Modifier::ITALIC),
        7 => pen.modifiers.insert(Modifier::REVERSED),
        9 => pen.modifiers.insert(Modifier::CROSSED_OUT),
        21 => pen.modifiers.insert(Modifier::UNDERLINED),
        22 => pen.modifiers.remove(Modifier::BOLD | Modifier::DIM),
        23 => pen.modifiers.remove(Modifier::ITALIC),
        24 => pen.modifiers.remove(Modifier::UNDERLINED),
        27 => pen.modifiers.remove(Modifier::REVERSED),
        29 => pen.modifiers.remove(Modifier::CROSSED_OUT),
        30..=37 => pen.fg = ansi(code - 30),
        39 => pen.fg = Color::Reset,
        40..=47 => pen.bg = ansi(code - 40),
        49 => pen.bg = Color::Reset,
        90..=97 => pen.fg = ansi(code - 90 + 8),
        100..=107 => pen.bg = ansi(code - 100 + 8),
        // Blinking (5, 6) and hidden text (8) are left out on purpose, as is everything unknown.
        _ => {}
    }
}

/// `38:5:n`, `38:2:r:g:b` and `38:2:space:r:g:b`; `parts` begins after the 38.
fn colon_colour(parts: &[Option<u16>]) -> Option<Color> {
    match *parts {
        [Some(5), Some(index), ..] => indexed(index),
        [Some(2), r, g, b] | [Some(2), _, r, g, b, ..] => rgb(r, g, b),
        _ => None,
    }
}

/// `38;5;n` and `38;2;r;g;b`; `next` gives the parameters after the 38.
fn semicolon_colour(mut next: impl FnMut() -> Option<u16>) -> Option<Color> {
    match next()? {
        5 => indexed(next()?),
        2 => {
            let (r, g, b) = (next(), next(), next());
            rgb(r, g, b)
        }
        _ => None,
    }
}

fn indexed(index: u16) -> Option<Color> {
    let index = u8::try_from(index).ok()?;
    // The first sixteen are the terminal's own colours by another name.
    Some(if index < 16 { ansi(u16::from(index)) } else { Color::Indexed(index) })
}

fn rgb(r: Option<u16>, g: Option<u16>, b: Option<u16>) -> Option<Color> {
    let part = |value: Option<u16>| u8::try_from(value.unwrap_or(0)).ok();
    Some(Color::Rgb(part(r)?, part(g)?, part(b)?))
}

const fn ansi(index: u16) -> Color {
    match index {
        0 => Color::Black,
        1 => Color::Red,
        2 => Color::Green,
        3 => Color::Yellow,
        4 => Color::Blue,
        5 => Color::Magenta,
        6 => Color::Cyan,
        7 => Color::Gray,
        8 => Color::DarkGray,
        9 => Color::LightRed,
        10 => Color::LightGreen,
        11 => Color::LightYellow,
        12 => Color::LightBlue,
        13 => Color::LightMagenta,
        14 => Color::LightCyan,
        _ => Color::White,
    }
}

/// Missing or too large numbers are `None`.
fn number(digits: &[u8]) -> Option<u16> {
    str::from_utf8(digits).ok()?.parse().ok()
}
