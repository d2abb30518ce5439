//! The matrix of plugins and permissions: where its columns stand.

use orchestrator_protocol::permission::Permission;
use ratatui::layout::{Position, Rect};

use super::{Panel, panel};

/// The names of the plugins take at most this much, and at least that.
const NAMES: (u16, u16) = (14, 24);
/// A column is at least as wide as its shortest name, and no wider than it needs to be for everything that it says.
const CELL: (u16, u16) = (7, 18);
/// The column's name, in two rows.
const HEADER: u16 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matrix {
    /// Its list is what is below the header.
    pub panel: Panel,
    pub header: Rect,
    /// How wide the plugins' names stand, and each column.
    pub names: u16,
    pub cell: u16,
}

impl Matrix {
    pub(super) fn new(area: Rect) -> Matrix {
        let mut panel = panel(area, 12);
        let header = Rect { height: HEADER.min(panel.list.height), ..panel.list };
        panel.list.y += header.height;
        panel.list.height -= header.height;
        let columns = Permission::ALL.len() as u16;
        let names = (panel.list.width / 6).clamp(NAMES.0, NAMES.1).min(panel.list.width);
        let cell = ((panel.list.width - names) / columns).clamp(CELL.0, CELL.1);
        Matrix { panel, header, names, cell }
    }

    /// How many columns are in sight, and the first of them, when `selected` is.
    pub fn window(&self, selected: usize) -> std::ops::Range<usize> {
        let room = usize::from((self.panel.list.width - self.names) / self.cell).max(1);
        let all = Permission::ALL.len();
        let first = (selected + 1).saturating_sub(room).min(all.saturating_sub(room));
        first..(first + room).min(all)
    }

    /// The part of a row that belongs to a column, if it is in sight.
    pub fn part(&self, row: Rect, column: usize, selected: usize) -> Option<Rect> {
        let seen = self.window(selected);
        let place = u16::try_from(column.checked_sub(seen.start)?).ok().filter(|_| seen.contains(&column))?;
        let x = row.x + self.names + place * self.cell;
        Some(Rect { x, width: self.cell.min(row.right().saturating_sub(x)), ..row })
    }

    /// The column under the pointer.
    pub fn column_at(&self, at: Position, selected: usize) -> Option<usize> {
        let row = Rect { y: at.y, height: 1, ..self.panel.list };
        self.window(selected).find(|column| self.part(row, *column, selected).is_some_and(|part| part.contains(at)))
    }
}
