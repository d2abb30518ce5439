//! The form in which a route is tried.

use ratatui::layout::{Constraint, Layout, Margin, Rect};

use crate::tui::layer::CallForm;
use crate::tui::model::window;

/// Where its parts stand.
#[derive(Debug)]
pub struct CallPlaces {
    /// The route.
    pub head: Rect,
    /// Of each field in sight, by its place: all of it, its name included.
    pub fields: Vec<(usize, Rect)>,
    pub problem: Rect,
    pub send: Rect,
}

/// Of a form in `dialog`: fields of one line have a row each, headers four, and the body what is left.
pub fn call(dialog: Rect, form: &CallForm) -> CallPlaces {
    let inside = dialog.inner(Margin::new(2, 1));
    let singles = form.fields.iter().filter(|field| !field.has_many_lines()).count();
    let rows = u16::try_from(singles).unwrap_or(u16::MAX).min(inside.height / 3);
    let [head, lines, headers, body, problem, send] = inside.layout(&Layout::vertical([
        Constraint::Length(2),
        Constraint::Length(rows),
        Constraint::Length(4),
        Constraint::Min(2),
        Constraint::Length(2),
        Constraint::Length(1),
    ]));
    // Headers and body come last.
    let focused = form.place.min(singles.saturating_sub(1));
    let seen = window(focused, singles, usize::from(rows));
    let many = (singles..form.fields.len()).zip([headers, body]);
    CallPlaces { head, fields: seen.zip(lines.rows()).chain(many).collect(), problem, send }
}
