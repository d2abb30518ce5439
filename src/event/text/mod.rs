//! Cleaning of text from plugins, where it enters.
//!
//! What a terminal would obey, and what makes text look like other text, is neutralised:
//!
//! | in | out |
//! |---|---|
//! | `\n`, `\t` | kept |
//! | `\r\n`, also with several `\r` | `\n` |
//! | a lone `\r` | `\n`, or nothing at a line's start: each state of a progress bar is a line |
//! | U+2028, U+2029 | `\n` |
//! | colours (SGR, `ESC [ … m`, at most 64 bytes of parameters) | kept by [`Cleaner`], removed by [`clean_line`] |
//! | concealing (SGR 8) among the colours | removed |
//! | every other escape sequence, whole | removed |
//! | other control characters (C0, DEL, C1) | U+FFFD, so that one sees that something was there |
//! | bidirectional overrides, embeddings and isolates | U+FFFD |
//! | direction marks, zero-width and other invisible characters | removed |
//! | a zero-width joiner | kept between emoji, else removed |

mod class;
mod colour;
#[cfg(test)]
mod tests;
mod within;

use class::Class;
pub use within::{clean_tail, clean_within};

/// Parameters of a colour sequence in bytes; a longer one is removed.
const SGR_LIMIT: usize = 64;
/// A sequence that is not over after this many characters was none: what follows is text again.
const SEQUENCE_LIMIT: usize = 4096;

/// Cleans a text that comes in pieces. The pieces' borders make no difference, so one cleaner serves one span.
#[derive(Debug, Default)]
pub struct Cleaner {
    state: State,
    /// Characters of the sequence that `state` is in.
    sequence_length: usize,
    /// Whether something stands on the current line.
    line_has_text: bool,
    /// Whether the last line break came from a `\r`, to which a `\n` may belong.
    after_return: bool,
    after_emoji: bool,
    /// A zero-width joiner that waits for what follows.
    held_joiner: bool,
    without_colours: bool,
}

/// Where in an escape sequence the text is.
#[derive(Debug, Default)]
enum State {
    #[default]
    Text,
    /// After `ESC`.
    Escape,
    /// After `ESC` and an intermediate character: one final character ends it.
    EscapeTail,
    /// After `ESC [`. Has the parameters while this may still be a colour.
    Csi(Option<String>),
    /// In an OSC, DCS, SOS, PM or APC string, which BEL or `ESC \` ends.
    ControlString(StringEnd),
}

#[derive(Debug)]
enum StringEnd {
    Open,
    AfterEscape,
}

/// Cleans a name, a reason or a message: as [`Cleaner`] does, without colours.
pub fn clean_line(text: &str) -> String {
    Cleaner { without_colours: true, ..Cleaner::default() }.clean(text)
}

impl Cleaner {
    pub fn new() -> Self {
        Cleaner::default()
    }

    /// Cleans the next piece. What can't be decided yet comes out with a later piece, or never.
    pub fn clean(&mut self, piece: &str) -> String {
        let is_plain = |byte: u8| (b' '..=b'~').contains(&byte);
        if matches!(self.state, State::Text) && !self.held_joiner && !piece.is_empty() && piece.bytes().all(is_plain) {
            // Most text is of this kind.
            self.line_has_text = true;
            self.after_return = false;
            self.after_emoji = false;
            return piece.to_owned();
        }
        let mut out = String::with_capacity(piece.len());
        for c in piece.chars() {
            self.take(c, &mut out);
        }
        out
    }

    fn take(&mut self, c: char, out: &mut String) {
        if !matches!(self.state, State::Text) {
            self.sequence_length += 1;
            if self.sequence_length > SEQUENCE_LIMIT {
                self.state = State::Text;
            }
        }
        match std::mem::take(&mut self.state) {
            State::Text => self.take_text(c, out),
            State::Escape => match c {
                '[' => self.state = State::Csi(Some(String::new())),
                ']' | 'P' | 'X' | '^' | '_' => self.state = State::ControlString(StringEnd::Open),
                ' '..='/' => self.state = State::EscapeTail,
                '0'..='~' => {}
                other => self.take_text(other, out),
            },
            State::EscapeTail => match c {
                ' '..='/' => self.state = State::EscapeTail,
                '0'..='~' => {}
                other => self.take_text(other, out),
            },
            State::Csi(parameters) => self.take_csi(c, parameters, out),
            State::ControlString(end) => match (end, c) {
                (StringEnd::AfterEscape, '\\') | (_, '\u{7}' | '\u{18}' | '\u{1a}' | '\u{9c}') => {}
                (_, '\u{1b}') => self.state = State::ControlString(StringEnd::AfterEscape),
                // Not even a broken program may hide more than a line.
                (_, '\n' | '\r') => self.take_text(c, out),
                (StringEnd::Open | StringEnd::AfterEscape, _) => self.state = State::ControlString(StringEnd::Open),
            },
        }
    }

    fn take_csi(&mut self, c: char, parameters: Option<String>, out: &mut String) {
        match c {
            'm' => {
                let shown = parameters.filter(|_| !self.without_colours).and_then(|all| colour::without_conceal(&all));
                if let Some(parameters) = shown {
                    out.push_str("\u{1b}[");
                    out.push_str(&parameters);
                    out.push('m');
                }
            }
            '0'..='9' | ';' | ':' => {
                let kept = parameters.filter(|kept| kept.len() < SGR_LIMIT);
                self.state = State::Csi(kept.map(|mut kept| {
                    kept.push(c);
                    kept
                }));
            }
            // Intermediate and private characters: not a colour.
            ' '..='?' => self.state = State::Csi(None),
            '@'..='~' => {}
            other => self.take_text(other, out),
        }
    }

    fn take_text(&mut self, c: char, out: &mut String) {
        let class = class::of(c);
        let joiner = std::mem::take(&mut self.held_joiner);
        let after_emoji = std::mem::take(&mut self.after_emoji);
        match class {
            Class::Escape => {
                self.state = State::Escape;
                self.sequence_length = 0;
            }
            Class::LineFeed if self.after_return => self.after_return = false,
            Class::LineFeed => self.break_line(out),
            Class::Return => {
                if self.line_has_text {
                    self.break_line(out);
                    self.after_return = true;
                }
            }
            Class::Joiner => {
                self.held_joiner = after_emoji;
            }
            Class::Invisible => {}
            Class::Emoji => {
                if joiner {
                    out.push('\u{200d}');
                }
                self.after_emoji = true;
                self.put(c, out);
            }
            Class::Hostile => self.put(char::REPLACEMENT_CHARACTER, out),
            Class::Plain => self.put(c, out),
        }
    }

    fn break_line(&mut self, out: &mut String) {
        out.push('\n');
        self.line_has_text = false;
    }

    fn put(&mut self, c: char, out: &mut String) {
        out.push(c);
        self.line_has_text = true;
        self.after_return = false;
    }
}
