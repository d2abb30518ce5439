//! How a line of the text lies in the cells of the screen.

use unicode_width::UnicodeWidthChar;

use super::Raw;

/// How many cells a character takes. A tab is two; what has no width is one, so that it can be seen.
pub fn cells(c: char) -> usize {
    match c {
        '\t' => 2,
        c => c.width().unwrap_or(1).max(1),
    }
}

/// How many cells stand before a character.
pub fn cells_before(line: &str, column: usize) -> usize {
    line.chars().take(column).map(cells).sum()
}

/// How wide the numbers of the lines are, with what stands around them.
pub fn gutter(raw: &Raw) -> u16 {
    u16::try_from(raw.input.lines_of_text().len().to_string().len()).unwrap_or(4) + 3
}

/// The first cell of the lines that is in sight: far enough to the right that the cursor is, in `width` cells.
pub fn left_edge(raw: &Raw, width: u16) -> usize {
    let (line, column) = raw.input.cursor();
    let cell = cells_before(raw.input.lines_of_text().get(line).map_or("", String::as_str), column);
    let width = usize::from(width).max(2);
    if cell + 1 < width { 0 } else { cell + 1 - width + width / 3 }
}

/// The character of a line at a cell of the text's whole area, numbers of the lines included.
pub fn column_at(raw: &Raw, width: u16, line: usize, cell: usize) -> usize {
    let gutter = gutter(raw);
    let wanted = cell.saturating_sub(usize::from(gutter)) + left_edge(raw, width.saturating_sub(gutter));
    let text = raw.input.lines_of_text().get(line).map_or("", String::as_str);
    let mut at = 0;
    text.chars()
        .take_while(|c| {
            at += cells(*c);
            at <= wanted
        })
        .count()
}
