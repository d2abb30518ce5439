//! Something that a person should know of, and where.

use std::str::FromStr;

use super::{NotALine, Place, one_line};

/// The longest message, in characters.
const MAX_MESSAGE: usize = 240;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be looked at.
    Warning,
    /// Is broken.
    Error,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding: `warning src/a.rs:12 oversized: 1,200 lines, more than 1,000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub place: Place,
    check: &'static str,
    message: String,
}

/// Every check that there is, so that a line of prose is not taken for a finding.
const CHECKS: [&str; 17] = [
    "oversized",
    "debt",
    "dependency",
    "unpinned",
    "git-dependency",
    "no-lock-file",
    "bad-manifest",
    "readme",
    "licence",
    "licence-mismatch",
    "changelog",
    "contributing",
    "broken-link",
    "outside-link",
    "undocumented",
    "no-manifest",
    "empty",
];

impl Finding {
    /// `check` is one of the names that the README lists. The message is brought onto one line.
    pub fn new(severity: Severity, place: Place, check: &'static str, message: impl AsRef<str>) -> Self {
        debug_assert!(CHECKS.contains(&check), "the check `{check}` is not in the list");
        Finding { severity, place, check, message: one_line(message.as_ref(), MAX_MESSAGE) }
    }

    /// The name of what was checked.
    pub fn check(&self) -> &str {
        self.check
    }

    /// What was found, with its evidence.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}: {}", self.severity.as_str(), self.place, self.check, self.message)
    }
}

impl FromStr for Finding {
    type Err = NotALine;

    fn from_str(line: &str) -> Result<Self, NotALine> {
        let (word, rest) = line.split_once(' ').ok_or(NotALine)?;
        let severity = Severity::ALL.into_iter().find(|severity| severity.as_str() == word).ok_or(NotALine)?;
        let (place, rest) = Place::read(rest).ok_or(NotALine)?;
        let (check, message) = rest.strip_prefix(' ').and_then(|rest| rest.split_once(": ")).ok_or(NotALine)?;
        let check = CHECKS.into_iter().find(|known| *known == check).ok_or(NotALine)?;
        Ok(Finding { severity, place, check, message: message.to_owned() })
    }
}
