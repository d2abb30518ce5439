//! Something counted.

use std::str::FromStr;

use super::NotALine;
use super::place::{quoted, read_name};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureKind {
    /// A language of the tree.
    Language,
    /// One of the largest files.
    Largest,
    /// Debt under one marker.
    Marker,
    /// Debt in one file.
    File,
    /// A manifest.
    Manifest,
    /// What was not looked at, by reason.
    Skipped,
    /// A sum over the tree.
    Total,
}

impl MeasureKind {
    const ALL: [MeasureKind; 7] = [
        MeasureKind::Language,
        MeasureKind::Largest,
        MeasureKind::Marker,
        MeasureKind::File,
        MeasureKind::Manifest,
        MeasureKind::Skipped,
        MeasureKind::Total,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            MeasureKind::Language => "language",
            MeasureKind::Largest => "largest",
            MeasureKind::Marker => "marker",
            MeasureKind::File => "file",
            MeasureKind::Manifest => "manifest",
            MeasureKind::Skipped => "not-read",
            MeasureKind::Total => "total",
        }
    }
}

/// Numbers about one thing: `language Rust: files 12, lines 3400`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub kind: MeasureKind,
    pub name: String,
    /// At least one; a key is one lower-case word.
    pub values: Vec<(String, u64)>,
}

impl Measure {
    pub fn new(kind: MeasureKind, name: impl Into<String>, values: &[(&str, u64)]) -> Self {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        Measure { kind, name: name.into(), values }
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}:", self.kind.as_str(), quoted(&self.name))?;
        for (at, (key, value)) in self.values.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma} {key} {value}")?;
        }
        Ok(())
    }
}

impl FromStr for Measure {
    type Err = NotALine;

    fn from_str(line: &str) -> Result<Self, NotALine> {
        let (word, rest) = line.split_once(' ').ok_or(NotALine)?;
        let kind = MeasureKind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(NotALine)?;
        let (name, rest) = read_name(rest).ok_or(NotALine)?;
        let mut values = Vec::new();
        for pair in rest.strip_prefix(": ").ok_or(NotALine)?.split(", ") {
            let (key, number) = pair.split_once(' ').ok_or(NotALine)?;
            values.push((key.to_owned(), number.parse().map_err(|_| NotALine)?));
        }
        Ok(Measure { kind, name, values })
    }
}
