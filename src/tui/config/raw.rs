//! The document as text, which may be no JSON for a while.

use super::document::{Document, Fault, formatted};
use crate::tui::model::Input;

#[derive(Debug)]
pub struct Raw {
    pub input: Input,
    /// The first line in sight.
    pub top: usize,
    /// What was searched for last.
    pub query: String,
    /// Why it can't be shown as a form, once that was asked for.
    pub refused: bool,
}

impl Raw {
    /// With the cursor on a line, counted from 0.
    pub fn new(text: &str, line: usize) -> Self {
        let mut input = Input::code(text);
        input.jump(line, 0);
        Raw { input, top: line.saturating_sub(3), query: String::new(), refused: false }
    }

    /// Why it is no document at the moment.
    pub fn fault(&self) -> Option<Fault> {
        Document::parse(&self.input.text()).err()
    }

    /// Puts the text into the usual form, unless it is no JSON.
    pub fn format(&mut self) -> Result<(), Fault> {
        let text = formatted(&self.input.text())?;
        let (line, _) = self.input.cursor();
        self.input.replace(&text);
        self.input.jump(line, 0);
        Ok(())
    }

    /// Keeps the cursor in sight of `height` rows.
    pub fn follow(&mut self, height: usize) {
        let (line, _) = self.input.cursor();
        let margin = 2.min(height.saturating_sub(1) / 2);
        let lines = self.input.lines_of_text().len();
        self.top = self.top.min(line.saturating_sub(margin)).max((line + margin + 1).saturating_sub(height));
        self.top = self.top.min(lines.saturating_sub(height));
    }

    /// Goes to the next place with the text, or the one before, round the ends. False if there is none.
    pub fn find(&mut self, query: &str, forward: bool, from_here: bool) -> bool {
        query.clone_into(&mut self.query);
        let found: Vec<(usize, usize)> = matches(self.input.lines_of_text(), query).collect();
        let here = self.input.cursor();
        let next = if forward {
            found.iter().find(|place| if from_here { **place >= here } else { **place > here }).or(found.first())
        } else {
            found.iter().rev().find(|place| **place < here).or(found.last())
        };
        let Some((line, column)) = next.copied() else { return false };
        self.input.jump(line, column);
        true
    }
}

/// Where a text stands in the lines, without regard to case: line and character, from 0.
pub fn matches<'a>(lines: &'a [String], query: &str) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    let wanted: Vec<char> = query.chars().flat_map(char::to_lowercase).collect();
    lines.iter().enumerate().flat_map(move |(number, line)| {
        let have: Vec<char> = line.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let last = if wanted.is_empty() { 0 } else { (have.len() + 1).saturating_sub(wanted.len()) };
        let wanted = wanted.clone();
        (0..last).filter(move |&at| have[at..at + wanted.len()] == wanted[..]).map(move |at| (number, at))
    })
}
