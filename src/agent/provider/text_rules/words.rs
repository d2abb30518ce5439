//! Words: cutting text into them, and which of them matter how much.

use std::collections::HashSet;
use std::ops::Range;

use super::lexicon;

/// A word where it stands. `lower` is its lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub span: Range<usize>,
    pub lower: String,
}

/// The words of a text: runs of letters, digits and `_`; a `.`, `/`, `:` or `,` between two of them only joins what
/// is an identifier, a path or a number.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        let inside = is_letter(c) || start.is_some() && joins(before, c, next);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(word(text, from..at));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
        before = c;
    }
    if let Some(from) = start {
        found.push(word(text, from..text.len()));
    }
    found
}

fn word(text: &str, span: Range<usize>) -> Word {
    Word { lower: text[span.clone()].to_lowercase(), span }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn joins(before: char, c: char, next: char) -> bool {
    match c {
        '.' | '/' => is_letter(before) && is_letter(next),
        ':' => before == ':' && is_letter(next) || is_letter(before) && next == ':',
        ',' => before.is_ascii_digit() && next.is_ascii_digit(),
        _ => false,
    }
}

/// Where a phrase of lower-case words, separated by spaces, first stands: the index of its first word.
pub(super) fn find_phrase(words: &[Word], phrase: &str) -> Option<usize> {
    (0..words.len()).find(|&at| phrase_at(words, at, phrase).is_some())
}

/// How many words the phrase takes at this place, if it stands there.
pub(super) fn phrase_at(words: &[Word], at: usize, phrase: &str) -> Option<usize> {
    let mut count = 0;
    for part in phrase.split(' ') {
        if words.get(at + count)?.lower != part {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// A word that says what a text is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// What is compared.
    pub stem: String,
    /// As it was written.
    pub word: String,
    pub weight: u32,
}

/// Identifiers, paths and quoted words say most; a verb says least.
const IDENTIFIER: u32 = 4;
const NUMBER: u32 = 3;
const PLAIN: u32 = 2;
const VERB: u32 = 1;
/// Longer quotations are sentences, not names.
const LONGEST_NAME: usize = 40;
/// A step's words beyond these don't count.
pub(super) const MOST_TERMS: usize = 64;

/// A step's text beyond this is not looked at.
const MOST_TEXT: usize = 4096;

/// The words of a text that matter, each once, in order.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let text = &text[..text.floor_char_boundary(MOST_TEXT)];
    let quoted = quoted_spans(text);
    let mut seen = HashSet::new();
    let mut terms = Vec::new();
    for word in words(text) {
        let written = &text[word.span.clone()];
        let named = quoted.iter().any(|span| span.contains(&word.span.start));
        if lexicon::is_stop(&word.lower) && !named {
            continue;
        }
        for (stem, part) in pieces(written) {
            let weight = if named || is_identifier(written) {
                IDENTIFIER
            } else if part.starts_with(|c: char| c.is_ascii_digit()) {
                NUMBER
            } else if lexicon::is_verb(&word.lower) {
                VERB
            } else {
                PLAIN
            };
            if seen.insert(stem.clone()) && terms.len() < MOST_TERMS {
                terms.push(Term { stem, word: part, weight });
            }
        }
    }
    terms
}

/// Everything that a line can be found by: its words, and the parts of its identifiers and paths.
pub(super) fn stems(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    for word in words(text) {
        let written = &text[word.span];
        found.extend(pieces(written).into_iter().map(|(stem, _)| stem));
        if is_identifier(written) {
            if let Some((_, last)) = written.rsplit_once('/') {
                found.insert(last.to_lowercase());
            }
            found.extend(identifier_parts(written).map(|part| stem(&part)));
        }
    }
    found
}

/// A word as stems, each with how it was written: one, but for `200ms`, which is a number and its unit, and for
/// scripts without spaces, which are cut into pairs.
fn pieces(written: &str) -> Vec<(String, String)> {
    let digits = written.len() - written.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c)).len();
    let (number, rest) = written.split_at(digits);
    if !number.is_empty() && rest.chars().all(char::is_alphabetic) {
        let number = number.replace(',', "");
        let mut pieces = vec![(number.clone(), number)];
        if !rest.is_empty() {
            pieces.push((stem(rest), rest.to_owned()));
        }
        return pieces;
    }
    if written.chars().any(is_unspaced) {
        let chars: Vec<char> = written.chars().collect();
        let pairs = chars.windows(2).map(|pair| pair.iter().collect::<String>());
        let pairs: Vec<String> = if chars.len() == 1 { vec![written.to_owned()] } else { pairs.collect() };
        return pairs.into_iter().map(|pair| (pair.to_lowercase(), pair)).collect();
    }
    vec![(stem(written), written.to_owned())]
}

/// Scripts whose words stand without spaces: Thai, Lao, kana, Han.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_identifier(word: &str) -> bool {
    let joined = word.contains(['_', '/', '.', ':']) && word.contains(char::is_alphabetic);
    let lower_then_upper = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let mixed = word.starts_with(char::is_alphabetic) && word.contains(|c: char| c.is_ascii_digit());
    joined || lower_then_upper || mixed
}

fn identifier_parts(word: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(word.len() + 8);
    let mut before = ' ';
    for c in word.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    spaced.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// The insides of `backticks` and "double quotes" that are short enough for a name.
fn quoted_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for (open, close) in [('`', '`'), ('"', '"'), ('“', '”'), ('«', '»')] {
        let mut from = 0;
        while let Some(at) = text[from..].find(open).map(|at| from + at + open.len_utf8()) {
            let Some(end) = text[at..].find(close).map(|end| at + end) else { break };
            if end - at <= LONGEST_NAME && !text[at..end].contains('\n') {
                spans.push(at..end);
            }
            from = end + close.len_utf8();
        }
    }
    spans
}

/// Endings that are taken off, longest first. What is left only has to be the same for forms of the same word.
const ENDINGS: &[&str] = &[
    "ations", "ation", "ating", "ators", "ator", "ated", "ates", "ings", "ions", "ate", "ing", "ied", "ies", "ion",
    "ed", "es", "ly", "s", "e", "y",
];
const SHORTEST_STEM: usize = 3;

/// A word without its ending, in lower case; "validate", "validated" and "validation" come to the same.
pub(super) fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    if !lower.bytes().all(|b| b.is_ascii_lowercase()) {
        return lower;
    }
    let mut stem = lower.as_str();
    for ending in ENDINGS {
        if let Some(rest) = lower.strip_suffix(ending)
            && rest.len() >= SHORTEST_STEM
        {
            stem = rest;
            break;
        }
    }
    let bytes = stem.as_bytes();
    let doubled = bytes.len() > SHORTEST_STEM && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
    if doubled { stem[..stem.len() - 1].to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{find_phrase, stem, stems, terms, words};

    fn lower(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.lower).collect()
    }

    #[test]
    fn words_keep_paths_numbers_and_identifiers_whole() {
        assert_eq!(
            lower("See src/login.rs, 2.5 or 1,000; std::mem::take."),
            ["see", "src/login.rs", "2.5", "or", "1,000", "std::mem::take"]
        );
    }

    #[test]
    fn forms_of_one_word_share_a_stem_and_different_words_do_not() {
        for forms in [
            &["validate", "validates", "validated", "validating", "validation"][..],
            &["test", "tests", "tested", "testing"],
            &["retry", "retries", "retried"],
            &["pass", "passed", "passing"],
            &["document", "documented", "documentation"],
            &["file", "files"],
        ] {
            let first = stem(forms[0]);
            assert!(forms.iter().all(|form| stem(form) == first), "{forms:?}");
        }
        assert_ne!(stem("login"), stem("logout"));
        assert_ne!(stem("import"), stem("export"));
    }

    #[test]
    fn names_and_numbers_weigh_more_than_plain_words_and_verbs_least() {
        let weights: Vec<(String, u32)> = terms("Delete the `users` table in src/db.rs within 200ms")
            .into_iter()
            .map(|t| (t.word, t.weight))
            .collect();
        let expected = [("Delete", 1), ("users", 4), ("table", 2), ("src/db.rs", 4), ("200", 3), ("ms", 2)];
        assert_eq!(weights, expected.map(|(word, weight)| (word.to_owned(), weight)));
    }

    #[test]
    fn a_line_is_found_by_the_parts_of_its_identifiers() {
        let found = stems("fn parseConfig in src/config_loader.rs");
        for word in ["parse", "config", "loader"] {
            assert!(found.contains(&stem(word)), "{word} in {found:?}");
        }
        assert!(found.contains("config_loader.rs"));
    }

    #[test]
    fn text_without_spaces_is_compared_by_pairs() {
        assert!(stems("登录接口已经完成").contains("登录"));
        assert_eq!(terms("登录接口").len(), 3);
    }

    #[test]
    fn a_phrase_is_found_word_by_word() {
        let words = words("It can't be done, not yet.");
        assert_eq!(find_phrase(&words, "not yet"), Some(5));
        assert_eq!(find_phrase(&words, "can t"), Some(1));
        assert_eq!(find_phrase(&words, "yet not"), None);
    }
}
