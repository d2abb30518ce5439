//! JSON documents that people write: read so that every value knows its place, and changed so that the rest of the text
//! stays as it was written.
//!
//! [`Document`] is a text and what it says; [`pointer`] names the values in it (RFC 6901). It must not know what the
//! values mean.

mod edit;
mod places;
pub mod pointer;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use edit::EditError;
use places::Places;

use super::document::Spot;

/// No document of ours is longer, in bytes.
pub const MAX_BYTES: usize = super::document::MAX_BYTES as usize;
/// Deeper nesting is refused.
pub const MAX_DEPTH: usize = 64;
/// More values are refused.
pub const MAX_VALUES: usize = 50_000;

/// A text that is no document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub message: String,
    pub at: Spot,
}

/// A text, the value that it says, and where its parts stand.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    value: Value,
    places: Places,
}

impl Document {
    /// Reads a text of at most [`MAX_BYTES`]. Refuses what a reader would take in two ways: a key that is there twice.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > MAX_BYTES {
            let message = format!("is longer than {} KiB", MAX_BYTES / 1024);
            return Err(Fault { message, at: Spot::START });
        }
        let value: Value = serde_json::from_str(text).map_err(|error| Fault {
            message: format!("is not JSON: {}", without_place(&error.to_string())),
            // Columns are bytes there and characters here.
            at: places::spot_of_bytes(text, error.line(), error.column()),
        })?;
        let places = Places::of(text)?;
        Ok(Document { text: text.to_owned(), value, places })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the value stands; of one that is not there, the nearest that it would be in.
    pub fn spot(&self, pointer: &str) -> Spot {
        let mut pointer = pointer;
        loop {
            match self.places.get(pointer) {
                Some(place) => return places::spot(&self.text, place.value.clone()),
                None => match pointer.rfind('/') {
                    Some(end) => pointer = &pointer[..end],
                    None => return Spot::START,
                },
            }
        }
    }

    /// Where the name of a value stands, or the value itself if it has none.
    pub fn spot_of_name(&self, pointer: &str) -> Spot {
        match self.places.get(pointer).and_then(|place| place.key.clone()) {
            Some(key) => places::spot(&self.text, key),
            None => self.spot(pointer),
        }
    }
}

/// serde_json puts the place at the end of its own message too.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}
