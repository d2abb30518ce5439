//! What an end makes of bytes that no well-behaved other end would send. The fuzz targets in the folder `fuzz` run the
//! same checks for as long as one likes.
#![allow(clippy::unwrap_used)]

mod frames;
mod framing;
mod messages;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The messages of the golden files.
fn golden() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| compact(&std::fs::read(file).unwrap())).collect()
}

fn compact(json: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(json).unwrap().to_string().into_bytes()
}

/// What is done to a message's bytes.
#[derive(Debug, Clone)]
enum Mutation {
    Set(Index, u8),
    Remove(Index, usize),
    /// Repeats a part.
    Repeat(Index, usize),
    Insert(Index, Vec<u8>),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let words =
        ["null", "-1", "1e400", "18446744073709551615", "\"\"", "{}", "[[[[[[", "\\ud800", "\"id\":2,", "\u{0}"];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        (any::<Index>(), select(words.to_vec())).prop_map(|(at, word)| Mutation::Insert(at, word.into())),
    ]
}

impl Mutation {
    fn apply(self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let part = |at: Index, length: usize, bytes: &[u8]| {
            let start = at.index(bytes.len());
            start..bytes.len().min(start + length)
        };
        match self {
            Mutation::Set(at, byte) => *at.get_mut(bytes) = byte,
            Mutation::Remove(at, length) => drop(bytes.drain(part(at, length, bytes))),
            Mutation::Repeat(at, length) => {
                let part = part(at, length, bytes);
                let (start, repeated) = (part.start, bytes[part].to_vec());
                bytes.splice(start..start, repeated);
            }
            Mutation::Insert(at, word) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, word);
            }
        }
    }
}

/// Several messages, most of them wrong somewhere.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let message = (select(golden()), vec(mutation(), 0..4)).prop_map(|(mut bytes, mutations)| {
        mutations.into_iter().for_each(|mutation| mutation.apply(&mut bytes));
        bytes
    });
    vec(message, 1..12).prop_map(|messages| messages.join(&0))
}

proptest! {
    #[test]
    fn both_forms_of_frames_agree_on_any_bytes(
        // Small lengths, or hardly anything would be a frame.
        stream in vec(prop_oneof![4 => Just(0_u8), 2 => 0_u8..6, 1 => any::<u8>()], 0..200),
    ) {
        frames::check(&stream);
    }

    #[test]
    fn any_bytes_are_taken_as_messages(bytes in vec(any::<u8>(), 0..300)) {
        messages::check(&bytes);
    }

    #[test]
    fn mutated_messages_are_taken(bytes in mutated()) {
        messages::check(&bytes);
    }
}
