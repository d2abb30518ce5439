//! Colours by name.

use ratatui::style::Color;

/// The sixteen colours that every terminal has, by the names used in theme files.
pub(super) const ANSI: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// The names that mean the terminal's own foreground or background; a palette can't take them.
pub(super) const RESERVED: [&str; 2] = ["default", "reset"];

/// A colour that needs no palette: `#rrggbb`, an ANSI name, or `default`.
pub(super) fn parse(text: &str) -> Option<Color> {
    if RESERVED.contains(&text) {
        return Some(Color::Reset);
    }
    if let Some(digits) = text.strip_prefix('#') {
        return hex(digits);
    }
    ANSI.iter().find(|(name, _)| *name == text).map(|&(_, colour)| colour)
}

fn hex(digits: &str) -> Option<Color> {
    // `from_str_radix` would take a sign.
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok().map(Color::from_u32)
}
