//! Where a line's characters and rows begin and end.

use std::ops::Range;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// One character as a person sees it, with everything that combines with it.
pub(super) struct Cell<'a> {
    /// Byte offset in the text.
    pub offset: usize,
    pub symbol: &'a str,
    /// In columns; 0 for marks that have nothing to combine with.
    pub width: usize,
}

/// The characters of `text`, which must be without controls.
pub(super) fn cells(text: &str) -> impl Iterator<Item = Cell<'_>> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = &text[offset..];
        // Two ASCII characters never combine; that is nearly all text.
        let symbol = match rest.as_bytes() {
            [] => return None,
            [first] | [first, 0..0x80, ..] if first.is_ascii() => &rest[..1],
            _ => rest.graphemes(true).next()?,
        };
        let cell = Cell { offset, symbol, width: usize::from(symbol.cell_width()) };
        offset += symbol.len();
        Some(cell)
    })
}

/// How many columns `text` takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { cells(text).map(|cell| cell.width).sum() }
}

/// The rows of `text` in `width` columns, as byte ranges that together are the whole text. There is always one.
///
/// Rows end between words if they can. Blanks at the end of a row hang over the edge.
pub(super) fn rows(text: &str, width: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let end = start + row_length(&text[start..], width.max(1));
        next = (end < text.len()).then_some(end);
        Some(start..end)
    })
}

/// How many bytes of `text` the first row takes: all of them, or at least one character.
fn row_length(text: &str, width: usize) -> usize {
    let mut used = 0;
    let mut after_word = None;
    let mut in_word = false;
    for cell in cells(text) {
        let blank = cell.symbol == " ";
        if !blank && used + cell.width > width {
            let end = after_word.unwrap_or(cell.offset);
            // A character wider than the row gets a row of its own; it can't be drawn there, but the rest can.
            return if end == 0 { cell.symbol.len() } else { end };
        }
        used += cell.width;
        in_word |= !blank;
        if blank && in_word {
            after_word = Some(cell.offset + 1);
        }
    }
    text.len()
}
