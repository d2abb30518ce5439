//! What is wrong, shown with its lines.

use std::fmt;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthStr;

use super::{Source, Spot};
use crate::event::text::clean_line;

/// Columns of a line that are shown around a spot.
const SHOWN_COLUMNS: usize = 100;
/// Columns of a line that are shown before a spot, when the line is too long.
const SHOWN_BEFORE: usize = 40;

/// Something wrong, or odd, in a file: what, where, and what would be right.
///
/// Displayed over several lines: the message, the place, the offending line with a caret, the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    pub file: PathBuf,
    pub at: Spot,
    pub message: String,
    pub remedy: Option<String>,
    /// The line and its underline; empty where there is no such line.
    snippet: String,
}

impl Problem {
    /// `message` and the remedy may quote the file, which may be a stranger's: they are cleaned.
    pub fn new(source: &Source, at: Spot, message: impl AsRef<str>) -> Self {
        Problem {
            file: source.file().to_owned(),
            at,
            message: clean_line(message.as_ref()),
            remedy: None,
            snippet: snippet(source.text(), at),
        }
    }

    pub fn remedy(mut self, remedy: impl AsRef<str>) -> Self {
        self.remedy = Some(clean_line(remedy.as_ref()));
        self
    }

    /// `plugin.yaml:3:5: message`, for a line of its own.
    pub fn headline(&self) -> String {
        format!("{}:{}:{}: {}", shown_path(&self.file), self.at.line, self.at.column, self.message)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pad = " ".repeat(self.at.line.to_string().len());
        write!(f, "{}\n{pad}--> {}:{}:{}", self.message, shown_path(&self.file), self.at.line, self.at.column)?;
        if !self.snippet.is_empty() {
            write!(f, "\n{}", self.snippet)?;
        }
        match &self.remedy {
            Some(remedy) => write!(f, "\n{pad} = {remedy}"),
            None => Ok(()),
        }
    }
}

/// Everything wrong in one file; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n\n" })?;
        }
        Ok(())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

fn shown_path(path: &Path) -> String {
    plain(&path.to_string_lossy())
}

fn snippet(text: &str, at: Spot) -> String {
    let Some(line) = text.lines().nth(at.line - 1) else { return String::new() };
    if line.trim().is_empty() {
        return String::new();
    }
    let skipped = if line.chars().count() > SHOWN_COLUMNS { at.column.saturating_sub(SHOWN_BEFORE) } else { 0 };
    let part = |from: usize, count: usize| plain(&line.chars().skip(from).take(count).collect::<String>());
    let shown = part(skipped, SHOWN_COLUMNS);
    let indent = part(skipped, at.column - 1 - skipped.min(at.column - 1)).width();
    // A value of many lines is underlined to the end of its first.
    let under = part(at.column - 1, at.length).trim_end().width();
    let under = under.clamp(1, shown.width().saturating_sub(indent).max(1));
    let number = at.line.to_string();
    let pad = " ".repeat(number.len());
    format!("{pad} |\n{number} | {}\n{pad} | {}{}", shown.trim_end(), " ".repeat(indent), "^".repeat(under))
}

/// Without anything that moves a cursor or turns a line around, character by character, so that columns stay.
fn plain(text: &str) -> String {
    let visible = |c: char| match c {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(visible).collect()
}
