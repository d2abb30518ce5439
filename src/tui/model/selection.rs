//! Lists: which lines are in sight, and what a filter lets through.

use std::ops::Range;

/// The lines of a list of `len` that are in sight in `height` rows: the selected one in the middle, unless the list
/// ends before. It follows from the selection alone, so that a list has no scroll position that could go wrong.
pub fn window(selected: usize, len: usize, height: usize) -> Range<usize> {
    let start = selected.saturating_sub(height / 2).min(len.saturating_sub(height));
    start..(start + height).min(len)
}

/// Whether one of `fields` contains `filter`, ignoring case. An empty filter lets everything through.
pub fn contains(filter: &str, fields: &[&str]) -> bool {
    if filter.is_empty() {
        return true;
    }
    let filter = filter.to_lowercase();
    fields.iter().any(|field| field.to_lowercase().contains(&filter))
}
