//! A result as lines that can be quoted, each with its place and with what it says about itself.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::lexicon;
use super::list;
use super::words::{Word, find_phrase, phrase_at, stem, stems, words};

/// More text than this is not read.
const MAX_TEXT: usize = 512 * 1024;
/// More lines than this are not read.
const MAX_LINES: usize = 20_000;
/// Deeper values are not read.
const MAX_DEPTH: usize = 32;

/// One line of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands: `line 3`, or `files[0].text, line 2`.
    pub place: String,
    /// Literally.
    pub text: String,
    /// Counts up where lines don't belong together: at empty lines and between values.
    pub block: usize,
    pub no: Option<No>,
}

/// Why a line is no evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum No {
    /// These phrases stand in it.
    Phrases(Vec<&'static str>),
    /// It stands under a heading such as "Not done".
    Heading,
    /// It only says what is going to be done.
    Announced,
}

impl Line {
    /// Whether it speaks against a step with these words. A word that the step itself uses ("report failed
    /// logins") says nothing against it.
    pub(super) fn is_against(&self, own: &HashSet<String>) -> bool {
        match &self.no {
            None | Some(No::Announced) => false,
            Some(No::Heading) => true,
            Some(No::Phrases(phrases)) => {
                phrases.iter().any(|phrase| !phrase.split(' ').any(|word| own.contains(&stem(word))))
            }
        }
    }

    /// Whether it may be evidence for a step with these words.
    pub(super) fn may_show(&self, own: &HashSet<String>) -> bool {
        self.no != Some(No::Announced) && !self.is_against(own)
    }
}

/// The lines of a result, with an index from stems to them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub lines: Vec<Line>,
    pub index: HashMap<String, Vec<usize>>,
    /// Bytes that were not read.
    pub unread: usize,
    read: usize,
    block: usize,
}

impl Lines {
    pub(super) fn of(result: &Value) -> Lines {
        let mut lines = Lines::default();
        lines.value("", result, 0);
        lines
    }

    /// Whether there is anything to read in it.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn value(&mut self, path: &str, value: &Value, depth: usize) {
        match value {
            Value::Null => {}
            Value::Bool(yes) => self.scalar(path, yes.to_string()),
            Value::Number(number) => self.scalar(path, number.to_string()),
            Value::String(text) => self.text(path, text),
            Value::Array(_) | Value::Object(_) if depth == MAX_DEPTH => self.unread += value.to_string().len(),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{at}]"), item, depth + 1);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.value(&path, field, depth + 1);
                }
            }
        }
    }

    fn scalar(&mut self, path: &str, text: String) {
        self.block += 1;
        self.push(path.to_owned(), path, &text, None);
    }

    fn text(&mut self, path: &str, text: &str) {
        self.block += 1;
        let mut section = Section::default();
        let mut fresh = true;
        for (number, line) in (1_usize..).zip(text.lines()) {
            if line.trim().is_empty() {
                self.block += 1;
                fresh = true;
                continue;
            }
            let no = section.enter(line, fresh);
            fresh = false;
            let place = if path.is_empty() { format!("line {number}") } else { format!("{path}, line {number}") };
            self.push(place, path, line, no);
        }
    }

    fn push(&mut self, place: String, path: &str, text: &str, no: Option<No>) {
        if self.read + text.len() > MAX_TEXT || self.lines.len() == MAX_LINES {
            self.unread += text.len();
            return;
        }
        self.read += text.len();
        let mut stems = stems(text);
        stems.extend(self::stems(path));
        for stem in stems {
            self.index.entry(stem).or_default().push(self.lines.len());
        }
        self.lines.push(Line { place, text: text.trim().to_owned(), block: self.block, no });
    }
}

/// Whether the lines stand under a heading such as "Not done".
#[derive(Default)]
struct Section {
    negative: bool,
    /// Opened by a `#` heading, which holds until the next one; a line with a colon holds for its list.
    lasting: bool,
}

impl Section {
    fn enter(&mut self, line: &str, fresh: bool) -> Option<No> {
        let words = words(line);
        let phrases = negative_phrases(&words);
        let heading = list::heading(line);
        let is_item = list::item(line).is_some();
        if heading.is_some() || !is_item && line.trim_end().ends_with([':', '：']) {
            let named = lexicon::NEGATIVE_HEADINGS.iter().any(|name| is_only(&words, name));
            self.negative = named || !phrases.is_empty();
            self.lasting = heading.is_some();
            return None;
        }
        if self.negative && !self.lasting && !is_item && fresh {
            self.negative = false;
        }
        if self.negative {
            return Some(No::Heading);
        }
        if !phrases.is_empty() {
            return Some(No::Phrases(phrases));
        }
        lexicon::ANNOUNCING.iter().any(|phrase| phrase_at(&words, 0, phrase).is_some()).then_some(No::Announced)
    }
}

/// Whether a heading says this and hardly more.
fn is_only(words: &[Word], name: &str) -> bool {
    find_phrase(words, name).is_some() && words.len() <= name.split(' ').count() + 2
}

fn negative_phrases(words: &[Word]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let undone = at > 0 && lexicon::ZEROES.contains(&words[at - 1].lower.as_str());
        if undone || is_failed_matter(words, at) {
            continue;
        }
        let phrases = NEGATIVE_BY_FIRST.get(word.lower.as_str()).into_iter().flatten();
        found.extend(phrases.filter(|phrase| phrase_at(words, at, phrase).is_some()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The negative phrases by their first word.
static NEGATIVE_BY_FIRST: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&str, Vec<&str>> = HashMap::new();
    for phrase in lexicon::NEGATIVE {
        let first = phrase.split(' ').next().unwrap_or_default();
        phrases.entry(first).or_default().push(phrase);
    }
    phrases
});

/// Whether "failed" here only describes what is spoken of: "after 5 failed attempts".
fn is_failed_matter(words: &[Word], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| word.lower.as_str());
    words[at].lower == "failed"
        && next.is_some_and(|next| {
            next.starts_with(char::is_alphabetic) && !lexicon::is_stop(next) && !lexicon::CAN_FAIL.contains(&next)
        })
}
