//! Quoting and cutting text.

/// Characters of a quotation's line; the rest is cut off.
const MAX_QUOTE: usize = 240;

/// The text in quotes, literally. A line break can't be quoted, so each line is quoted by itself; what is too long
/// ends outside its quotes with `…`.
pub(super) fn quoted(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let quoted = lines.map(|line| match line.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("\"{}\"…", &line[..end]),
        None => format!("\"{line}\""),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// At most so many characters, with `…` where some were cut off.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
