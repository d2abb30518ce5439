//! An agent's text on its way: cleaned, gathered into events, and kept for the caller.

use crate::event::text::Cleaner;

/// Most pieces in one event.
const EVENT_ITEMS: usize = 512;
/// Most bytes of text in one event, unless one piece is longer.
const EVENT_BYTES: usize = 64 * 1024;
/// As much of an agent's text as its caller gets, in bytes.
pub(super) const TEXT_LIMIT: usize = 8 * 1024 * 1024;

/// What one agent run has said.
#[derive(Default)]
pub(super) struct Output {
    cleaner: Cleaner,
    /// Cleaned, and not yet told.
    ready: Vec<String>,
    ready_bytes: usize,
    text: String,
    dropped_bytes: u64,
}

impl Output {
    /// Takes in a piece as the agent yielded it.
    pub fn push(&mut self, piece: &str) {
        let clean = self.cleaner.clean(piece);
        if clean.is_empty() {
            return;
        }
        // Cut once and for all: text after a hole would read as if nothing were missing.
        let room = if self.dropped_bytes > 0 { 0 } else { TEXT_LIMIT - self.text.len() };
        let kept = clean.floor_char_boundary(room);
        self.text.push_str(&clean[..kept]);
        self.dropped_bytes += (clean.len() - kept) as u64;
        self.ready_bytes += clean.len();
        self.ready.push(clean);
    }

    /// Whether what is ready fills an event.
    pub fn is_full(&self) -> bool {
        self.ready.len() >= EVENT_ITEMS || self.ready_bytes >= EVENT_BYTES
    }

    /// What is ready, for one event.
    pub fn take(&mut self) -> Vec<String> {
        self.ready_bytes = 0;
        std::mem::take(&mut self.ready)
    }

    /// The whole text, and how many bytes were left out at its end.
    pub fn into_text(self) -> (String, u64) {
        (self.text, self.dropped_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_bounded_by_pieces_and_by_bytes() {
        let mut output = Output::default();
        for _ in 0..EVENT_ITEMS - 1 {
            output.push("x");
        }
        assert!(!output.is_full());
        output.push("x");
        assert!(output.is_full());
        assert_eq!(output.take().len(), EVENT_ITEMS);
        assert!(!output.is_full());
        output.push(&"y".repeat(EVENT_BYTES));
        assert!(output.is_full());
    }

    #[test]
    fn the_callers_text_is_cut_where_a_character_starts_and_the_rest_counted() {
        let mut output = Output::default();
        output.push(&"x".repeat(TEXT_LIMIT - 1));
        output.push("é!");
        output.push("z");
        let (text, dropped) = output.into_text();
        assert_eq!((text.len(), dropped), (TEXT_LIMIT - 1, 4));
    }
}
