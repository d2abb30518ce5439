//! Cutting requirements into passages: the sentences of paragraphs and list items. Every passage is a slice of the
//! text, so that whatever is cited from it is literally there.

use std::collections::HashMap;

use super::list;
use super::words::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Passage<'a> {
    pub text: &'a str,
    pub kind: PassageKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PassageKind {
    Heading,
    /// A fenced block.
    Code,
    /// Ends with a colon and has a list after it.
    Intro,
    /// Belongs to a list item.
    Item,
    Sentence,
}

/// The passages in order. Lines without a letter or digit are none.
pub(super) fn passages(text: &str) -> Vec<Passage<'_>> {
    let mut found = Vec::new();
    for block in blocks(text) {
        match block.kind {
            PassageKind::Heading | PassageKind::Code => found.push(block),
            kind => found.extend(sentences(block.text).into_iter().map(|text| Passage { text, kind })),
        }
    }
    for at in 1..found.len() {
        let starts_list = found[at].kind == PassageKind::Item;
        let intro = &mut found[at - 1];
        if starts_list && intro.kind == PassageKind::Sentence && intro.text.ends_with([':', '：']) {
            intro.kind = PassageKind::Intro;
        }
    }
    found.retain(|passage| passage.text.contains(char::is_alphanumeric));
    found
}

/// Paragraphs, items with the lines that continue them, headings and fenced blocks.
fn blocks(text: &str) -> Vec<Passage<'_>> {
    let mut found: Vec<Passage<'_>> = Vec::new();
    // Where the open paragraph or item starts in `text`, and where its last line ends.
    let mut open: Option<(usize, usize, PassageKind)> = None;
    let mut fenced = false;
    let close = |open: Option<(usize, usize, PassageKind)>| {
        open.map(|(start, end, kind)| Passage { text: &text[start..end], kind })
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        let end = start + line.trim_end().len();
        let inner = start + (line.len() - line.trim_start().len());
        if trimmed.starts_with("```") && (fenced || text[at..].lines().any(|line| line.trim().starts_with("```"))) {
            let fence = if fenced { open.take().map(|(start, _, kind)| (start, end, kind)) } else { None };
            found.extend(close(fence.or(open.take())));
            fenced = !fenced;
            open = fenced.then_some((inner, end, PassageKind::Code));
        } else if fenced {
            // The closing fence ends the block.
        } else if trimmed.is_empty() {
            found.extend(close(open.take()));
        } else if let Some(heading) = list::heading(line) {
            found.extend(close(open.take()));
            found.push(Passage { text: heading, kind: PassageKind::Heading });
        } else if let Some((_, item)) = list::item(line) {
            found.extend(close(open.take()));
            open = Some((end - item.len(), end, PassageKind::Item));
        } else {
            match &mut open {
                // A new sentence at the margin after an item is not the item's.
                Some((_, _, PassageKind::Item)) if inner == start && trimmed.starts_with(char::is_uppercase) => {
                    found.extend(close(open.take()));
                    open = Some((inner, end, PassageKind::Sentence));
                }
                Some((_, last, _)) => *last = end,
                None => open = Some((inner, end, PassageKind::Sentence)),
            }
        }
    }
    found.extend(close(open.take()));
    found
}

const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "etc", "vs", "mr", "mrs", "dr", "no", "approx", "cf", "incl", "resp"];

/// Cuts at the end of sentences and at semicolons, never inside quotes or brackets.
fn sentences(block: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let guarded = guarded_until(block);
    let mut guard = 0;
    for (index, (at, c)) in block.char_indices().enumerate() {
        guard = guard.max(guarded[index]);
        let end = at + c.len_utf8();
        if at < guard {
            continue;
        }
        let before_space = block[end..].chars().next().is_none_or(char::is_whitespace);
        let ends = match c {
            '。' | '！' | '？' | '；' | '．' | '؟' | '۔' | '।' => true,
            '!' | '?' | ';' => before_space,
            '.' => before_space && !is_abbreviation(&block[start..at], &block[end..]),
            _ => false,
        };
        if ends {
            found.push(block[start..end].trim());
            start = end;
        }
    }
    found.push(block[start..].trim());
    found.retain(|sentence| sentence.contains(char::is_alphanumeric) || sentence.contains('?'));
    found
}

fn is_abbreviation(before: &str, after: &str) -> bool {
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    // "etc." may well end a sentence, and "no." mostly does: only if the next word goes on in lower case.
    let goes_on = after.trim_start().starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
    ABBREVIATIONS.contains(&last.as_str()) && goes_on
}

/// For each character: if it opens a quotation, code or a bracket, the byte where that closes; otherwise 0.
fn guarded_until(block: &str) -> Vec<usize> {
    const FAR: usize = 400;
    // Where each closing character stands next, as far as was looked.
    let mut next: HashMap<char, Option<usize>> = HashMap::new();
    let mut closed_until = 0;
    let guard = |(at, c): (usize, char)| {
        let close = match c {
            '`' | '"' => c,
            '“' => '”',
            '«' => '»',
            '(' => ')',
            _ => return 0,
        };
        let from = at + c.len_utf8();
        let known = next.get(&close).copied().filter(|known| known.is_none_or(|known| known >= from));
        let found = known.unwrap_or_else(|| block[from..].find(close).map(|found| from + found));
        next.insert(close, found);
        let Some(until) = found.filter(|until| at >= closed_until && until - from <= FAR) else { return 0 };
        closed_until = until + close.len_utf8();
        until
    };
    block.char_indices().map(guard).collect()
}

/// Whether a passage asks something; a request in the form of a question is none.
pub(super) fn is_question(text: &str) -> bool {
    let request = ["can you", "could you", "would you", "will you"];
    let words = words(text);
    text.trim_end().ends_with(['?', '？', '؟'])
        && !request.iter().any(|phrase| super::words::phrase_at(&words, 0, phrase).is_some())
}

#[cfg(test)]
mod tests {
    use super::{PassageKind, is_question, passages};

    fn texts(text: &str) -> Vec<&str> {
        passages(text).into_iter().map(|passage| passage.text).collect()
    }

    #[test]
    fn sentences_end_at_stops_but_not_inside_numbers_names_quotes_or_abbreviations() {
        let text = "Use v2.5 of main.rs, e.g. the lexer. Print \"Done. Bye.\" at the end; stop (see a. b. there)! Ok?";
        assert_eq!(
            texts(text),
            [
                "Use v2.5 of main.rs, e.g. the lexer.",
                "Print \"Done. Bye.\" at the end;",
                "stop (see a. b. there)!",
                "Ok?"
            ]
        );
    }

    #[test]
    fn other_scripts_end_their_sentences_too() {
        assert_eq!(texts("添加登录接口。写测试！"), ["添加登录接口。", "写测试！"]);
        assert_eq!(texts("लॉगिन जोड़ें। परीक्षण लिखें।").len(), 2);
    }

    #[test]
    fn items_take_in_the_lines_that_continue_them_and_know_their_introduction() {
        let text = "# Title\nThe tool must:\n- read the\n  file\n2) write\n\nAfter the list.\n```\nlet x;\n```\n---\n";
        let kinds: Vec<_> = passages(text).into_iter().map(|p| (p.text, p.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("Title", PassageKind::Heading),
                ("The tool must:", PassageKind::Intro),
                ("read the\n  file", PassageKind::Item),
                ("write", PassageKind::Item),
                ("After the list.", PassageKind::Sentence),
                ("```\nlet x;\n```", PassageKind::Code),
            ]
        );
    }

    #[test]
    fn a_request_in_the_form_of_a_question_is_no_question() {
        assert!(is_question("Which database?"));
        assert!(!is_question("Can you add a login page?"));
    }
}
