//! The form line by line, and where its parts stand. Drawing and the mouse both ask here.

use std::ops::Range;

use ratatui::layout::{Constraint, Layout, Margin, Rect};

use super::editor::ConfigEditor;
use super::row::Row;
use crate::tui::model::window;

/// From this width on, the help stands beside the form.
const BESIDE: u16 = 100;
/// From this height on, it stands below it.
const BELOW: u16 = 11;
/// How many rows a field of many lines has while it is typed into.
const BOX: Range<u16> = 3..9;

/// Where the parts of the editor stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// What is said of the whole, if there is something to say.
    pub banner: Rect,
    pub list: Rect,
    /// The line that divides the form from its help: a column or a row.
    pub divider: Rect,
    pub help: Rect,
}

impl Parts {
    /// Of the dialog's whole area.
    pub fn of(editor: &ConfigEditor, area: Rect) -> Parts {
        let inside = area.inner(Margin::new(1, 1));
        let banner = u16::from(editor.disk.is_some());
        let [banner, rest] = inside.layout(&Layout::vertical([Constraint::Length(banner), Constraint::Min(0)]));
        let (mut divider, mut help) = (Rect::ZERO, Rect::ZERO);
        let mut list = rest;
        if editor.raw.is_none() && rest.width >= BESIDE {
            let width = (rest.width * 2 / 5).clamp(38, 64);
            [list, divider, help] = rest.layout(&Layout::horizontal([
                Constraint::Min(0),
                Constraint::Length(1),
                Constraint::Length(width),
            ]));
        } else if editor.raw.is_none() && rest.height >= BELOW {
            let rows = (rest.height / 4).clamp(3, 8);
            [list, divider, help] =
                rest.layout(&Layout::vertical([Constraint::Min(0), Constraint::Length(1), Constraint::Length(rows)]));
        }
        Parts { banner, list, divider, help }
    }
}

/// One line of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// What is wrong with no field in particular.
    Document(String),
    /// The keys that every plugin has begin here.
    General,
    /// A field.
    Row(usize),
    /// Where a field of many lines is typed into: so many rows of it.
    Box(usize, u16),
    /// What is wrong with the field above.
    Problem(usize, String),
}

impl Line {
    /// The row that it belongs to.
    pub fn row(&self) -> Option<usize> {
        match self {
            Line::Document(_) | Line::General => None,
            Line::Row(row) | Line::Box(row, _) | Line::Problem(row, _) => Some(*row),
        }
    }

    pub fn height(&self) -> u16 {
        match self {
            Line::Box(_, rows) => *rows,
            Line::Document(_) | Line::General | Line::Row(_) | Line::Problem(..) => 1,
        }
    }
}

/// All lines of the form.
pub fn lines(editor: &ConfigEditor, rows: &[Row<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut of_rows: Vec<Vec<String>> = vec![Vec::new(); rows.len()];
    for problem in editor.problems() {
        match ConfigEditor::row_of(rows, problem) {
            Some(row) => of_rows[row].push(problem.message.clone()),
            None => lines.push(Line::Document(problem.message.clone())),
        }
    }
    for (place, row) in rows.iter().enumerate() {
        if row.general && place.checked_sub(1).is_none_or(|before| !rows[before].general) {
            lines.push(Line::General);
        }
        lines.push(Line::Row(place));
        if let Some(typing) =
            editor.typing.as_ref().filter(|typing| typing.pointer == row.pointer && row.notation().is_some())
        {
            if typing.input.has_many_lines() {
                let needed = u16::try_from(typing.input.lines_of_text().len() + 2).unwrap_or(u16::MAX);
                lines.push(Line::Box(place, needed.clamp(BOX.start, BOX.end)));
            }
            if let Some(fault) = &typing.fault {
                lines.push(Line::Problem(place, fault.clone()));
                continue;
            }
        }
        lines.extend(of_rows[place].drain(..).map(|message| Line::Problem(place, message)));
    }
    lines
}

/// The lines that are in sight in `height` rows, each with its place from the top.
pub fn in_sight(lines: &[Line], selected: usize, height: u16) -> Vec<(u16, &Line)> {
    let of_row = lines.iter().position(|line| line.row() == Some(selected)).unwrap_or(0);
    let above: u16 = lines[..of_row].iter().map(Line::height).sum();
    let all: u16 = lines.iter().map(Line::height).sum();
    // What belongs to the selected field shall be in sight with it.
    let own: u16 = lines.iter().filter(|line| line.row() == Some(selected)).map(Line::height).sum();
    let middle = usize::from(above) + usize::from(own) / 2;
    let start = window(middle, usize::from(all), usize::from(height)).start;
    let start = u16::try_from(start).unwrap_or(u16::MAX).min(above);
    let mut seen = Vec::new();
    let mut at = 0u16;
    for line in lines {
        if at >= start && at < start.saturating_add(height) {
            seen.push((at - start, line));
        }
        at = at.saturating_add(line.height());
    }
    seen
}
