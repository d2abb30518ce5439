//! A report's lines, and a whole report read back.

use std::str::FromStr;

use super::{Finding, Measure, NotALine, Place, one_line};

/// One line of an agent's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Finding(Finding),
    Measure(Measure),
    /// What was not looked at, and why: `skipped logo.png: binary`.
    Skipped {
        place: Place,
        reason: String,
    },
    /// The last line: the report in a sentence.
    Summary(String),
}

impl Line {
    pub fn skipped(place: Place, reason: impl AsRef<str>) -> Self {
        Line::Skipped { place, reason: one_line(reason.as_ref(), 200) }
    }

    pub fn summary(text: impl AsRef<str>) -> Self {
        Line::Summary(one_line(text.as_ref(), 400))
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Line::Finding(finding) => finding.fmt(f),
            Line::Measure(measure) => measure.fmt(f),
            Line::Skipped { place, reason } => write!(f, "skipped {place}: {reason}"),
            Line::Summary(text) => write!(f, "summary: {text}"),
        }
    }
}

impl FromStr for Line {
    type Err = NotALine;

    fn from_str(line: &str) -> Result<Self, NotALine> {
        if let Some(text) = line.strip_prefix("summary: ") {
            return Ok(Line::Summary(text.to_owned()));
        }
        if let Some(rest) = line.strip_prefix("skipped ") {
            let (place, rest) = Place::read(rest).ok_or(NotALine)?;
            let reason = rest.strip_prefix(": ").ok_or(NotALine)?.to_owned();
            return Ok(Line::Skipped { place, reason });
        }
        line.parse().map(Line::Finding).or_else(|_| line.parse().map(Line::Measure))
    }
}

/// An agent's output, read back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub measures: Vec<Measure>,
    /// What was not looked at, as the lines have it.
    pub skipped: Vec<(Place, String)>,
    /// Absent if the agent did not get to its end.
    pub summary: Option<String>,
}

impl Report {
    /// Reads every line that is a report's; other text, which a hook may have put in, is passed over.
    pub fn read(text: &str) -> Report {
        let mut report = Report::default();
        for line in text.lines() {
            match line.parse() {
                Ok(Line::Finding(finding)) => report.findings.push(finding),
                Ok(Line::Measure(measure)) => report.measures.push(measure),
                Ok(Line::Skipped { place, reason }) => report.skipped.push((place, reason)),
                Ok(Line::Summary(text)) => report.summary = Some(text),
                Err(NotALine) => {}
            }
        }
        report
    }
}
