//! A text and where it came from.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde_yaml::{MessageFormatter, UserMessageFormatter};

use super::{Node, Problem, Value};

/// No file that people write for us is longer.
pub const MAX_BYTES: u64 = 1024 * 1024;
/// Deeper nesting than this is no file of ours.
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 50_000;

/// A place in a text: line and column counted from 1 in characters, and how many characters it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub line: usize,
    pub column: usize,
    pub length: usize,
}

impl Spot {
    /// Where a text begins: the place of what is missing from it.
    pub const START: Spot = Spot { line: 1, column: 1, length: 1 };

    pub(super) fn of(location: &serde_yaml::Location) -> Self {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).max(1);
        Spot { line: number(location.line()), column: number(location.column()), length: number(location.span().len()) }
    }
}

/// A text and the file it came from.
#[derive(Debug, Clone)]
pub struct Source {
    file: PathBuf,
    text: String,
}

impl Source {
    /// `file` is what people are told; nothing is read.
    pub fn new(file: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Source { file: file.into(), text: text.into() }
    }

    /// Reads a file of at most [`MAX_BYTES`]. `Ok(None)` when there is none.
    pub fn read(file: &Path) -> Result<Option<Self>, Problem> {
        Source::read_within(file, MAX_BYTES)
    }

    /// The same with another bound, in bytes.
    pub fn read_within(file: &Path, most: u64) -> Result<Option<Self>, Problem> {
        let cannot =
            |message: String, remedy: &str| Problem::new(&Source::new(file, ""), Spot::START, message).remedy(remedy);
        // Opening a pipe would wait for somebody to write.
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let opened = match OpenOptions::new().read(true).custom_flags(nonblocking).open(file) {
            Ok(opened) => opened,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot(format!("can't be read: {error}"), "make the file readable to you")),
        };
        if !opened.metadata().is_ok_and(|found| found.is_file()) {
            return Err(cannot("is not a file".to_owned(), "put a file of text in its place"));
        }
        let mut bytes = Vec::new();
        opened
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| cannot(format!("can't be read: {error}"), "make it a readable file"))?;
        if bytes.len() as u64 > most {
            return Err(cannot(format!("is longer than {} MiB", most / (1024 * 1024)), "shorten it"));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let at = Spot { line, column: 1, length: 1 };
            Problem::new(&Source::new(file, String::from_utf8_lossy(error.as_bytes())), at, "is not UTF-8 text")
                .remedy("save the file as UTF-8")
        })?;
        Ok(Some(Source::new(file, text)))
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree of a text of one document; a text without any value is [`Value::Null`].
    pub fn parse(&self) -> Result<Node, Problem> {
        let options = serde_yaml::options! {
            budget: serde_yaml::budget! {
                max_depth: MAX_DEPTH,
                flow_nesting_limit: MAX_DEPTH,
                max_nodes: MAX_NODES,
                max_documents: 1,
            },
            // `on`, `yes` and `no` are words.
            strict_booleans: true,
            with_snippet: false,
        };
        if self.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Node { value: Value::Null, at: Spot::START });
        }
        serde_yaml::from_str_with_options(&self.text, options).map_err(|error| {
            let at = error.location().map_or(Spot::START, |location| Spot::of(&location));
            let message = UserMessageFormatter.format_message(error.without_snippet()).into_owned();
            Problem::new(self, at, message).remedy("correct the YAML here or just before")
        })
    }

    /// The characters that a spot covers on its line, as they were written.
    pub fn written(&self, at: Spot) -> String {
        let line = self.text.lines().nth(at.line - 1).unwrap_or_default();
        line.chars().skip(at.column - 1).take(at.length).collect()
    }
}
