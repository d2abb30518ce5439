//! Where something is.

use std::borrow::Cow;

/// A path relative to the tree, written with `/`, and perhaps a line of it, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: String,
    pub line: Option<usize>,
}

impl Place {
    /// A whole file or folder; the tree itself is `.`.
    pub fn path(path: impl Into<String>) -> Self {
        Place { path: path.into(), line: None }
    }

    pub fn line(path: impl Into<String>, line: usize) -> Self {
        Place { path: path.into(), line: Some(line) }
    }

    /// Reads a place from the start of `text`; the rest follows it directly.
    pub(super) fn read(text: &str) -> Option<(Place, &str)> {
        let (path, rest) = read_name(text)?;
        let Some(digits) = rest.strip_prefix(':') else { return Some((Place::path(path), rest)) };
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        match digits[..end].parse() {
            Ok(line) => Some((Place::line(path, line), &digits[end..])),
            // `name: more`, as measures have it.
            Err(_) => Some((Place::path(path), rest)),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&quoted(&self.path))?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}

/// A name as a line carries it: as it is, or as a JSON string where white space, a colon or a quote would make the
/// line ambiguous.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    let plain =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || ":\"\\".contains(c));
    if plain { Cow::Borrowed(name) } else { Cow::Owned(serde_json::Value::from(name).to_string()) }
}

/// The reverse of [`quoted`], from the start of `text`.
pub(super) fn read_name(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let name = names.next()?.ok()?;
        return Some((name, &text[names.byte_offset()..]));
    }
    let end = text.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}
