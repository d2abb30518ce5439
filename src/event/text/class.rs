//! What a character does to a terminal or a reader.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Plain,
    Escape,
    LineFeed,
    Return,
    /// Obeyed by terminals, or makes text look like other text.
    Hostile,
    /// Shows nothing, so that two texts that differ look the same.
    Invisible,
    Joiner,
    /// What a joiner may stand between, selectors and skin tones included.
    Emoji,
}

pub(super) fn of(c: char) -> Class {
    match c {
        '\u{1b}' => Class::Escape,
        '\n' | '\u{2028}' | '\u{2029}' => Class::LineFeed,
        '\r' => Class::Return,
        '\t' | ' '..='~' => Class::Plain,
        c if c.is_control() => Class::Hostile,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Class::Hostile,
        '\u{200d}' => Class::Joiner,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Class::Invisible,
        '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{fe0e}'
        | '\u{fe0f}'
        | '\u{1f000}'..='\u{1faff}' => Class::Emoji,
        _ => Class::Plain,
    }
}
