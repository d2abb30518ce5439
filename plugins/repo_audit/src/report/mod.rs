//! What an inspection says, as lines of text.
//!
//! An agent's output is text alone, so the lines that people read are also what the workflow counts: each kind of
//! line is written with `Display` and read back with `FromStr`. Nothing here knows what is inspected.

mod finding;
mod line;
mod measure;
mod place;
mod reporter;

pub use finding::{Finding, Severity};
pub use line::{Line, Report};
pub use measure::{Measure, MeasureKind};
pub use place::Place;
pub use reporter::{Reporter, Sink, SkipReason, Stopped};

/// Why a text is no line of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotALine;

/// A text on one line: control characters become spaces, runs of white space one, and what is longer than `max`
/// characters is cut with a mark.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut joined = String::with_capacity(clean.len());
    for word in clean.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    match joined.char_indices().nth(max) {
        Some((cut, _)) => format!("{}…", joined[..cut].trim_end()),
        None => joined,
    }
}

#[cfg(test)]
mod tests;
