//! The end of what a tool said.

use std::collections::VecDeque;

use crate::event::text::clean_line;

/// So many lines are kept.
const LINES: usize = 60;

/// The last lines that a tool said, cleaned: they are told with a failure.
#[derive(Debug, Default)]
pub struct Tail(VecDeque<String>);

impl Tail {
    /// Takes a line in, and gives it back cleaned.
    pub fn push(&mut self, line: &str) -> &str {
        if self.0.len() == LINES {
            self.0.pop_front();
        }
        self.0.push_back(clean_line(line));
        self.0.back().map(String::as_str).unwrap_or_default()
    }

    /// The kept lines.
    pub fn text(self) -> String {
        Vec::from(self.0).join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_clean() {
        let mut tail = Tail::default();
        for number in 0..LINES + 5 {
            tail.push(&format!("{number}\u{1b}[2J"));
        }
        let text = tail.text();
        assert_eq!(text.lines().count(), LINES);
        assert!(text.starts_with('5') && !text.contains('\u{1b}'), "{text:?}");
    }
}
