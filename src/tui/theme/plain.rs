//! Looks that need no colour.

use ratatui::style::{Color, Modifier, Style};

use super::Role;

/// `style` without its colours, told apart by weight, underline and reversal instead.
pub(super) fn without_colour(role: Role, style: Style) -> Style {
    Style { fg: Some(Color::Reset), bg: Some(Color::Reset), underline_color: None, ..style }
        .add_modifier(emphasis(role))
}

/// What must stand out when there is no colour. States also have their own glyph and word.
fn emphasis(role: Role) -> Modifier {
    match role {
        Role::Text | Role::Border | Role::Ok | Role::Agent(_) => Modifier::empty(),
        Role::TextMuted => Modifier::DIM,
        Role::Selection | Role::Badge => Modifier::REVERSED,
        Role::BorderFocused | Role::Title | Role::Key | Role::Running | Role::DiffAdded => Modifier::BOLD,
        Role::Warn | Role::DiffRemoved => Modifier::UNDERLINED,
        Role::Error | Role::Denied => Modifier::BOLD.union(Modifier::UNDERLINED),
    }
}
