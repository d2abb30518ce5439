//! Columns for people.

use unicode_width::UnicodeWidthStr;

/// Rows under a heading, as wide as they need to be; the last column runs free.
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heading.map(UnicodeWidthStr::width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for row in std::iter::once(&heading.map(str::to_owned)).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.width().min(width)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The first line, cut to `width` columns.
pub fn brief(text: &str, width: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.width() <= width && text.lines().nth(1).is_none() {
        return line.to_owned();
    }
    let mut cut = String::new();
    for character in line.chars() {
        if cut.width() + 2 > width {
            break;
        }
        cut.push(character);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_with_wide_characters() {
        let text = table(["a", "b"], &[["日本".into(), "x".into()], ["y".into(), "z".into()]]);
        assert_eq!(text, "a     b\n日本  x\ny     z\n");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(brief("short", 10), "short");
        assert_eq!(brief("a long line", 6), "a lon…");
        assert_eq!(brief("two\nlines", 10), "two…");
    }
}
