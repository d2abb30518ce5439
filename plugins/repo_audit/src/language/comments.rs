//! Finding the comments of a text.
//!
//! One pass over the bytes that tells code, strings and comments apart. It is no parser: where a language's own rules
//! go further than its [`Syntax`], an unclosed string ends with its line, so that a mistake stays on that line.

use std::ops::Range;

use super::syntax::{Quirk, StringRule, Syntax};

/// Where the comments are, in bytes, with their delimiters and without the line's end.
pub fn comment_spans(text: &str, syntax: &Syntax) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    // The last byte of code that is no white space, for what depends on it.
    let mut before = None;
    let openers = openers(syntax);
    while let Some(&byte) = text.as_bytes().get(at) {
        if openers[usize::from(byte)] {
            if let Some(end) = comment_end(text, at, syntax) {
                spans.push(at..end);
                at = end;
                continue;
            }
            if let Some(end) = literal_end(text, at, before, syntax) {
                before = Some(b'"');
                at = end;
                continue;
            }
        }
        if !byte.is_ascii_whitespace() {
            before = Some(byte);
        }
        at += 1;
    }
    spans
}

/// The bytes that a comment or a literal may start with: most bytes are neither, and need no closer look.
fn openers(syntax: &Syntax) -> [bool; 256] {
    let mut openers = [false; 256];
    let blocks = syntax.block.iter().map(|(open, _)| *open);
    let strings = syntax.strings.iter().map(|rule| rule.open);
    let quirks: &[&str] = match syntax.quirk {
        Quirk::None => &[],
        Quirk::Rust => &["r", "'"],
        Quirk::Script => &["/"],
    };
    for open in syntax.line.iter().copied().chain(blocks).chain(strings).chain(quirks.iter().copied()) {
        openers[usize::from(open.as_bytes()[0])] = true;
    }
    openers
}

fn starts_with(text: &str, at: usize, what: &str) -> bool {
    text.as_bytes()[at..].starts_with(what.as_bytes())
}

/// From `from` on, the first place of `what`.
fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    // `from` follows an ASCII delimiter or another match, so it is a character's start.
    text.get(from..)?.find(what).map(|at| from + at)
}

fn line_end(text: &str, from: usize) -> usize {
    let end = text.as_bytes()[from..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| from + at);
    if end > from && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// Where the comment that starts at `at` ends, if one does.
fn comment_end(text: &str, at: usize, syntax: &Syntax) -> Option<usize> {
    for (open, close) in syntax.block {
        if starts_with(text, at, open) {
            return Some(block_end(text, at, open, close, syntax.nested));
        }
    }
    let free = !syntax.line_needs_space || at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace();
    (free && syntax.line.iter().any(|open| starts_with(text, at, open))).then(|| line_end(text, at))
}

fn block_end(text: &str, at: usize, open: &str, close: &str, nested: bool) -> usize {
    let mut from = at + open.len();
    let mut depth = 1usize;
    loop {
        let Some(end) = find(text, from, close) else { return text.len() };
        if nested && let Some(inner) = find(text, from, open).filter(|inner| *inner < end) {
            depth += 1;
            from = inner + open.len();
            continue;
        }
        depth -= 1;
        from = end + close.len();
        if depth == 0 {
            return from;
        }
    }
}

/// Where the string, character or regular expression that starts at `at` ends, if one does.
fn literal_end(text: &str, at: usize, before: Option<u8>, syntax: &Syntax) -> Option<usize> {
    let after_word = at > 0 && is_word(text.as_bytes()[at - 1]);
    match syntax.quirk {
        Quirk::Rust => {
            if let Some(end) = rust_literal_end(text, at, after_word) {
                return Some(end);
            }
        }
        Quirk::Script => {
            if let Some(end) = regex_end(text, at, before) {
                return Some(end);
            }
        }
        Quirk::None => {}
    }
    let rule = syntax.strings.iter().find(|rule| starts_with(text, at, rule.open))?;
    let is_string = !syntax.quote_needs_boundary || rule.open != "'" || !after_word;
    is_string.then(|| string_end(text, at, rule))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn string_end(text: &str, at: usize, rule: &StringRule) -> usize {
    let bytes = text.as_bytes();
    let mut at = at + rule.open.len();
    while at < bytes.len() {
        if starts_with(text, at, rule.close) {
            return at + rule.close.len();
        }
        match bytes[at] {
            b'\\' if rule.escapes => at += 2,
            b'\n' if !rule.multiline => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A raw string or a character; anything else, a lifetime too, is none.
fn rust_literal_end(text: &str, at: usize, after_word: bool) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    match rest[0] {
        b'r' if !after_word || matches!(text.as_bytes()[at - 1], b'b' | b'c') => {
            let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
            if rest.get(1 + hashes) != Some(&b'"') {
                return None;
            }
            let close = format!("\"{}", "#".repeat(hashes));
            Some(find(text, at + 2 + hashes, &close).map_or(text.len(), |end| end + close.len()))
        }
        b'\'' if rest.get(1) == Some(&b'\\') => {
            let end = rest.iter().skip(3).take(12).position(|byte| *byte == b'\'')?;
            Some(at + 3 + end + 1)
        }
        b'\'' => {
            let length = text.get(at + 1..)?.chars().next()?.len_utf8();
            (rest.get(1 + length) == Some(&b'\'')).then_some(at + 1 + length + 1)
        }
        _ => None,
    }
}

/// A slash is a regular expression's where an operand is expected and another slash follows on the line.
fn regex_end(text: &str, at: usize, before: Option<u8>) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes[at] != b'/' || !before.is_none_or(|byte| b"(,=:[!&|?{};+-*%<>~^".contains(&byte)) {
        return None;
    }
    let mut in_class = false;
    let mut at = at + 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where each line starts, in bytes.
pub fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
    starts
}

/// Lines by what is on them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCounts {
    pub code: u64,
    /// Nothing but comment.
    pub comment: u64,
    pub blank: u64,
}

impl LineCounts {
    pub fn lines(self) -> u64 {
        self.code + self.comment + self.blank
    }

    pub fn add(&mut self, other: LineCounts) {
        self.code += other.code;
        self.comment += other.comment;
        self.blank += other.blank;
    }
}

/// Counts the lines of a text; without a syntax, what is not blank is code.
pub fn count_lines(text: &str, syntax: Option<&Syntax>) -> LineCounts {
    let spans = syntax.map(|syntax| comment_spans(text, syntax)).unwrap_or_default();
    let mut spans = spans.iter().peekable();
    let mut counts = LineCounts::default();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let mut at = end;
        end += line.len();
        let mut comment = false;
        // From comment to comment, to the first byte that is neither comment nor white space.
        let code = loop {
            let rest = &text.as_bytes()[at..end];
            let Some(next) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else { break false };
            at += next;
            while spans.next_if(|span| span.end <= at).is_some() {}
            match spans.peek() {
                Some(span) if span.contains(&at) => {
                    comment = true;
                    at = span.end.min(end);
                }
                Some(_) | None => break true,
            }
        };
        match (code, comment) {
            (true, _) => counts.code += 1,
            (false, true) => counts.comment += 1,
            (false, false) => counts.blank += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::language_of;
    use super::*;

    fn comments<'a>(file: &str, text: &'a str) -> Vec<&'a str> {
        let syntax = language_of(file).and_then(|language| language.syntax).unwrap();
        comment_spans(text, syntax).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn rust_strings_characters_and_lifetimes_hide_no_comment_and_make_none() {
        let text = "let a = \"// no\"; // one\nlet b = r#\"\" // no \"#; // two\nlet c = '\"'; // three\n\
                    fn f<'a>(x: &'a str) {} // four\nlet d = '\\''; // five\n/* six /* nested */ still */ code()\n\
                    let e = b'\"'; let u = '\\u{1F600}'; // seven\r\nlet f = br\"//\"; // eight";
        let found = comments("a.rs", text);
        let expected = [
            "// one",
            "// two",
            "// three",
            "// four",
            "// five",
            "/* six /* nested */ still */",
            "// seven",
            "// eight",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn other_languages_comments_are_found_too() {
        assert_eq!(comments("a.py", "s = '''# no\n# no'''\nx = '# no' # yes\n\"\"\"doc # no\"\"\"\n"), ["# yes"]);
        assert_eq!(comments("a.sh", "echo \"# no\" $# ${x#y} # yes\necho it's # yes too\n"), ["# yes", "# yes too"]);
        assert_eq!(
            comments("a.js", "let r = /[\"/]`/; // yes\nlet t = `// no ${a}`; let d = a / b; // y2"),
            ["// yes", "// y2"]
        );
        assert_eq!(comments("a.cpp", "int n = 1'000; // yes\nchar c = '\\''; /* b */"), ["// yes", "/* b */"]);
        assert_eq!(comments("a.go", "s := `// no\n// no` // yes"), ["// yes"]);
        assert_eq!(comments("a.html", "<p>TODO // no</p><!-- yes\nyes -->"), ["<!-- yes\nyes -->"]);
        assert_eq!(comments("a.toml", "a = \"# no\" # yes\nb = '''\n# no\n'''\n"), ["# yes"]);
        assert_eq!(comments("a.sql", "select '-- no' -- yes"), ["-- yes"]);
        assert_eq!(comments("a.lua", "--[[ one\ntwo ]] x = [[ -- no ]] -- yes"), ["--[[ one\ntwo ]]", "-- yes"]);
    }

    #[test]
    fn an_unclosed_string_does_not_swallow_the_next_line() {
        assert_eq!(comments("a.c", "char *a = \"open\nint b; // yes"), ["// yes"]);
        assert_eq!(comments("a.yaml", "a: don't\nb: 'open\nc: 1 # yes"), ["# yes"]);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in ["", "'", "r#", "r#\"é", "'\\", "/*", "\"\\", "é'é'é", "b'é", "r\"", "/é[/", "//\r\n", "\u{feff}'a"]
        {
            for file in ["a.rs", "a.js", "a.py", "a.sh", "a.lua", "a.rb", "a.php", "a.css", "a.tex"] {
                for span in comments(file, text) {
                    assert!(span.len() <= text.len());
                }
            }
        }
    }

    #[test]
    fn lines_are_code_comment_or_blank() {
        let text = "//! doc\n\nfn a() {} // tail\n/* one\n\n   two */\n  \nlet b = 1;";
        let syntax = language_of("a.rs").unwrap().syntax;
        assert_eq!(count_lines(text, syntax), LineCounts { code: 2, comment: 3, blank: 3 });
        assert_eq!(count_lines(text, None).code, 5);
        assert_eq!(count_lines("", syntax).lines(), 0);
    }
}
