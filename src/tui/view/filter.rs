//! The filter of a panel, on its lower border: while it is typed, and while it is in force.

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use crate::tui::layer::{FilterTarget, Layer};
use crate::tui::model::{Model, RichLine};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, panel: Rect, target: FilterTarget, in_force: &str) {
    let border = Rect { y: panel.bottom().saturating_sub(1), height: 1.min(panel.height), ..panel };
    let being_typed = model.layers.iter().find_map(|layer| match layer {
        Layer::Filter(filter) if filter.target == target => Some(filter),
        _ => None,
    });
    if let Some(filter) = being_typed {
        let title = RichLine(vec![
            (Role::Key, "find ".to_owned()),
            (Role::Text, filter.input.text()),
            (Role::Title, "▏".to_owned()),
        ]);
        canvas.titles(border, &title, &RichLine::default());
    } else if !in_force.is_empty() {
        canvas.titles(border, &plain(Role::Key, format!("only “{in_force}”, Esc shows all")), &RichLine::default());
    }
}
