//! Where dialogs stand.

use ratatui::layout::{Constraint, Flex, Layout, Margin, Rect};

use crate::tui::layer::Layer;

/// The rows below an approval's text: a line, and the answers with what they mean.
const APPROVAL_ANSWERS: u16 = 5;

/// The area of a dialog with its border, above whatever the screen shows.
pub fn dialog(layer: &Layer, screen: Rect) -> Rect {
    // The header and the key hints stay in sight.
    let space = Rect { y: screen.y + 1, height: screen.height.saturating_sub(2), ..screen };
    match layer {
        Layer::Launch(_) => centre(space, 96, 36),
        Layer::Call(_) => centre(space, 96, 30),
        Layer::Reader(_) => centre(space, 112, if space.height < 30 { space.height } else { space.height - 2 }),
        Layer::Palette(palette) => centre(space, 80, list_height(palette.picker.matches().len())),
        Layer::Themes(themes) => right(space, 32, list_height(themes.picker.matches().len())),
        Layer::Approval(_) => centre(space, 100, if space.height < 30 { space.height } else { space.height - 4 }),
        Layer::Confirm(confirm) => centre(space, 64, confirm.height(64.min(space.width))),
        Layer::Config(_) => space,
        Layer::Review(_) | Layer::Versions(_) => centre(space, 112, space.height.saturating_sub(2)),
        Layer::Values(values) => centre(space, 60, list_height(values.picker.matches().len())),
        // Drawn where its panel is.
        Layer::Filter(_) => Rect::ZERO,
    }
}

fn list_height(len: usize) -> u16 {
    u16::try_from(len).unwrap_or(u16::MAX).saturating_add(3).clamp(12, 24)
}

fn centre(space: Rect, width: u16, height: u16) -> Rect {
    let [row] = space.layout(&Layout::vertical([Constraint::Length(height.min(space.height))]).flex(Flex::Center));
    let [area] = row.layout(&Layout::horizontal([Constraint::Length(width.min(space.width))]).flex(Flex::Center));
    area
}

/// At the right edge, so that what it changes stays in sight.
fn right(space: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(space.width), height.min(space.height));
    Rect { x: space.right() - width, y: space.y, width, height }
}

/// The part of an approval's dialog in which its text scrolls, above the answers.
pub fn approval_text(dialog: Rect) -> Rect {
    let inside = dialog.inner(Margin::new(2, 1));
    Rect { height: inside.height.saturating_sub(APPROVAL_ANSWERS), ..inside }
}
