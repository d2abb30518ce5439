//! The bounded way from an inspection to whoever reads its lines.

use std::collections::BTreeMap;

use super::{Finding, Line, Measure, MeasureKind, Place, Severity};
use crate::words::counted;

/// How many skipped places are listed for each reason; the rest are counted.
const LISTED_PER_REASON: u64 = 5;

/// Nobody wants the report any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Takes lines as they are found. May block while the reader is slow.
pub trait Sink {
    fn put(&mut self, line: Line) -> Result<(), Stopped>;

    /// Whether to go on, for work that finds nothing for a while.
    fn check(&self) -> Result<(), Stopped>;
}

/// Why something was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    Binary,
    TooLarge,
    Unreadable,
    SymbolicLink,
    NotAFile,
    IgnoredFolder,
    Limit,
}

impl SkipReason {
    fn as_str(self) -> &'static str {
        match self {
            SkipReason::Binary => "binary",
            SkipReason::TooLarge => "too-large",
            SkipReason::Unreadable => "unreadable",
            SkipReason::SymbolicLink => "symbolic-link",
            SkipReason::NotAFile => "not-a-file",
            SkipReason::IgnoredFolder => "ignored-folder",
            SkipReason::Limit => "limit",
        }
    }
}

/// Counts what goes through it, and keeps it bounded.
pub struct Reporter<'a> {
    sink: &'a mut dyn Sink,
    max_findings: u64,
    counts: [u64; 3],
    skipped: BTreeMap<SkipReason, u64>,
}

impl<'a> Reporter<'a> {
    /// Lists at most `max_findings` of each severity, so that many small ones don't hide the others, and counts all.
    pub fn new(sink: &'a mut dyn Sink, max_findings: u64) -> Self {
        Reporter { sink, max_findings, counts: [0; 3], skipped: BTreeMap::new() }
    }

    /// Whether to go on.
    pub fn check(&self) -> Result<(), Stopped> {
        self.sink.check()
    }

    pub fn find(
        &mut self,
        severity: Severity,
        place: Place,
        check: &'static str,
        message: impl AsRef<str>,
    ) -> Result<(), Stopped> {
        let count = &mut self.counts[severity as usize];
        *count += 1;
        if *count > self.max_findings {
            return self.sink.check();
        }
        self.sink.put(Line::Finding(Finding::new(severity, place, check, message)))
    }

    pub fn measure(
        &mut self,
        kind: MeasureKind,
        name: impl Into<String>,
        values: &[(&str, u64)],
    ) -> Result<(), Stopped> {
        self.sink.put(Line::Measure(Measure::new(kind, name, values)))
    }

    /// Says that something was not looked at, by place for the first few of each reason.
    pub fn skip(&mut self, place: Place, reason: SkipReason, words: &str) -> Result<(), Stopped> {
        let count = self.skipped.entry(reason).or_default();
        *count += 1;
        if *count > LISTED_PER_REASON {
            return self.sink.check();
        }
        self.sink.put(Line::skipped(place, words))
    }

    /// Ends the report: what was skipped by reason, the findings by severity, and the summary, which is the last.
    pub fn finish(mut self, summary: &str) -> Result<(), Stopped> {
        let skipped = std::mem::take(&mut self.skipped);
        for (reason, count) in &skipped {
            self.measure(MeasureKind::Skipped, reason.as_str(), &[("places", *count)])?;
        }
        let unlisted = self.counts.iter().map(|count| count.saturating_sub(self.max_findings)).sum::<u64>();
        let count = |severity: Severity| (severity.as_str(), self.counts[severity as usize]);
        let values = [count(Severity::Error), count(Severity::Warning), count(Severity::Info), ("unlisted", unlisted)];
        self.measure(MeasureKind::Total, "findings", &values)?;
        let mut text = summary.to_owned();
        if unlisted > 0 {
            let max = self.max_findings;
            text.push_str(&format!(
                "; {} counted but not listed (max_findings is {max})",
                counted(unlisted, "finding")
            ));
        }
        let places: u64 = skipped.values().sum();
        if places > 0 {
            text.push_str(&format!("; {} skipped, as said above", counted(places, "place")));
        }
        self.sink.put(Line::summary(text))
    }
}
