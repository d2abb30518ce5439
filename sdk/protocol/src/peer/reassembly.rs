//! The receiver's side of messages that come in pieces.

use std::collections::HashMap;

use super::pieces::Sizes;
use crate::MAX_UNFINISHED;

/// The unfinished messages, by their numbers. What they hold together is bounded.
pub(super) struct Reassembly {
    sizes: Sizes,
    unfinished: HashMap<u64, String>,
    /// Of all unfinished messages together.
    bytes: usize,
}

/// A rule of [`Message::Chunk`](crate::Message::Chunk) that the other side broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Breach {
    #[error("a message in pieces is longer than the limit of {limit} bytes")]
    TooLong { limit: usize },
    #[error("the unfinished messages in pieces are longer together than the limit of {limit} bytes")]
    TooMuch { limit: usize },
    #[error("there are more unfinished messages in pieces than the limit of {MAX_UNFINISHED}")]
    TooMany,
    #[error("a message in pieces is itself a piece")]
    Nested,
}

impl Reassembly {
    pub(super) fn new(sizes: Sizes) -> Self {
        Reassembly { sizes, unfinished: HashMap::new(), bytes: 0 }
    }

    /// Adds a piece; the whole text, if it was the last. A number that no unfinished message has begins one.
    pub(super) fn add(&mut self, message: u64, piece: String, last: bool) -> Result<Option<String>, Breach> {
        let begun = self.unfinished.get(&message).map(String::len);
        if begun.unwrap_or(0) + piece.len() > self.sizes.value {
            return Err(Breach::TooLong { limit: self.sizes.value });
        }
        if self.bytes + piece.len() > self.sizes.unfinished {
            return Err(Breach::TooMuch { limit: self.sizes.unfinished });
        }
        if begun.is_none() && self.unfinished.len() >= MAX_UNFINISHED {
            return Err(Breach::TooMany);
        }
        if last {
            let mut whole = self.unfinished.remove(&message).unwrap_or_default();
            self.bytes -= whole.len();
            whole.push_str(&piece);
            return Ok(Some(whole));
        }
        self.bytes += piece.len();
        self.unfinished.entry(message).or_default().push_str(&piece);
        Ok(None)
    }

    /// Forgets everything: nobody finishes it any more.
    pub(super) fn clear(&mut self) {
        *self = Reassembly::new(self.sizes);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.unfinished.is_empty() && self.bytes == 0
    }
}
