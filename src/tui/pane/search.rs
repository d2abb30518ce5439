use super::PaneBuffer;

/// More matches than this are not collected; a search that finds so many is not finished yet.
const MAX_MATCHES: usize = 10_000;

/// A place where the text that was searched for stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// The number of the line.
    pub line: u64,
    /// Byte offsets in the line.
    pub start: usize,
    pub end: usize,
}

/// A search through a pane's text. Small letters in the query (of the English alphabet) also match capitals,
/// unless the query has a capital itself.
#[derive(Clone, Debug)]
pub struct Search {
    query: String,
    /// In the order of the text.
    matches: Vec<Match>,
    current: Option<Match>,
    /// Lines before this one were searched and won't change.
    searched: u64,
}

impl Search {
    /// Finds all matches in what `buffer` keeps now.
    pub fn new(query: &str, buffer: &PaneBuffer) -> Self {
        let mut search = Self { query: query.to_owned(), matches: Vec::new(), current: None, searched: 0 };
        search.update(buffer);
        search
    }

    /// Searches what has arrived since, and forgets what was dropped.
    pub fn update(&mut self, buffer: &PaneBuffer) {
        let range = buffer.range();
        let gone = self.matches.partition_point(|found| found.line < range.start);
        self.matches.drain(..gone);
        // The last line may still be written: it is searched again each time.
        let from = self.searched.max(range.start);
        self.matches.truncate(self.matches.partition_point(|found| found.line < from));
        for number in from..range.end {
            let Some(line) = buffer.line(number) else { break };
            let room = MAX_MATCHES - self.matches.len();
            let found = find(line.text(), &self.query).take(room);
            self.matches.extend(found.map(|(start, end)| Match { line: number, start, end }));
        }
        self.searched = range.end.saturating_sub(1);
    }

    pub fn query(&self) -> &str {
        &self.query
    }

    /// All matches, in the order of the text.
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// The match that the search stands at.
    pub fn current(&self) -> Option<Match> {
        self.current
    }

    /// Which of the matches the current one is, counted from 1.
    pub fn position(&self) -> Option<usize> {
        self.matches.binary_search(&self.current?).ok().map(|index| index + 1)
    }

    /// Goes to the next match, after the last one to the first.
    pub fn forward(&mut self) -> Option<Match> {
        let after = self.current.map_or(0, |current| self.matches.partition_point(|found| *found <= current));
        self.current = self.matches.get(after).or(self.matches.first()).copied();
        self.current
    }

    /// Goes to the match before, from the first one to the last.
    pub fn backward(&mut self) -> Option<Match> {
        let before = self.current.map_or(0, |current| self.matches.partition_point(|found| *found < current));
        self.current = self.matches[..before].last().or(self.matches.last()).copied();
        self.current
    }

    /// The matches in one line.
    pub(super) fn in_line(&self, line: u64) -> &[Match] {
        let start = self.matches.partition_point(|found| found.line < line);
        let end = self.matches.partition_point(|found| found.line <= line);
        &self.matches[start..end]
    }
}

/// The byte ranges of `query` in `text`, none overlapping.
fn find<'a>(text: &'a str, query: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    let (text, query) = (text.as_bytes(), query.as_bytes());
    let exact = query.iter().any(u8::is_ascii_uppercase);
    let same = move |found: &[u8]| if exact { found == query } else { found.eq_ignore_ascii_case(query) };
    let mut from = 0;
    // Bytes may be compared: a whole UTF-8 character never begins within another.
    std::iter::from_fn(move || {
        if query.is_empty() {
            return None;
        }
        let start = from + text.get(from..)?.windows(query.len()).position(same)?;
        from = start + query.len();
        Some((start, from))
    })
}
