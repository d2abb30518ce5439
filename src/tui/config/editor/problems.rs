//! What is wrong with the document, and where in the form that is.

use super::ConfigEditor;
use crate::orchestrator::api::ConfigProblem;
use crate::tui::config::pointer;
use crate::tui::config::row::{Row, Shape};

impl ConfigEditor {
    /// What is wrong; nothing is missing where a secret was typed and is not saved.
    pub fn problems(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.check.problems.iter().filter(|problem| self.secrets.typed(&problem.pointer).is_none())
    }

    /// The row that a problem is shown at: its own, or the one in which it is folded away.
    pub fn row_of(rows: &[Row<'_>], problem: &ConfigProblem) -> Option<usize> {
        let holds = |row: &Row<'_>| pointer::is_within(&problem.pointer, &row.pointer);
        let places = (0..rows.len()).filter(|&place| holds(&rows[place]));
        places.max_by_key(|&place| (rows[place].pointer.len(), !matches!(rows[place].shape, Shape::Variants(_))))
    }

    /// Selects the next field with a problem, or the one before, and opens what it is folded away in.
    pub fn seek_problem(&mut self, forward: bool) -> bool {
        let wrong: Vec<String> = self.problems().map(|problem| problem.pointer.clone()).collect();
        for at in &wrong {
            let mut parent = at.as_str();
            while let Some((up, _)) = pointer::split(parent) {
                self.folds.set_open(up, true);
                self.folds.set_open(&format!("{up}\u{0}"), true);
                parent = up;
            }
        }
        let rows = self.rows();
        let here = self.place(&rows);
        let problems: Vec<&ConfigProblem> = self.problems().collect();
        let mut places: Vec<usize> = problems.iter().filter_map(|problem| Self::row_of(&rows, problem)).collect();
        places.sort_unstable();
        let next = if forward {
            places.iter().find(|place| **place > here).or(places.first())
        } else {
            places.iter().rev().find(|place| **place < here).or(places.last())
        };
        let Some(id) = next.and_then(|place| rows.get(*place)).map(|row| row.id.clone()) else { return false };
        self.cursor = id;
        true
    }
}
