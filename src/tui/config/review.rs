//! The difference that is looked at before anything is written.

use crate::tui::model::DifferenceLine;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewKind {
    /// What saving would change in the file.
    Save,
    /// Somebody else changed the file: what overwriting it would change.
    Conflict,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub kind: ReviewKind,
    pub lines: Vec<DifferenceLine>,
    /// What happens to secrets, in words: they are kept apart from the file.
    pub secrets: Vec<String>,
    /// How many problems the document has.
    pub wrong: usize,
    /// The first line in sight.
    pub top: usize,
    /// The save was asked for and is not answered.
    pub saving: bool,
    /// Why it was not saved.
    pub problem: Option<String>,
}

impl Review {
    pub fn new(kind: ReviewKind, lines: Vec<DifferenceLine>, secrets: Vec<String>, wrong: usize) -> Self {
        Review { kind, lines, secrets, wrong, top: 0, saving: false, problem: None }
    }
}
