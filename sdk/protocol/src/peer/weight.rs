//! How much memory a message takes when it is read.
//!
//! A list of a few million small objects is a short text and many times as much memory. So it is not its length alone
//! that is bounded, but also what it is made of.

/// A shorter message can't do harm, and is not looked through.
const SHORT: usize = 1024 * 1024;
/// The heaviest message that is read. One of these weighs some tens of bytes in memory.
const MOST: usize = 4_000_000;

/// The message is made of too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it holds too many lists, objects and values for one message; send fewer at once, in several")]
pub(super) struct TooHeavy;

/// Refuses a message of JSON that would take up far more than its own length. What is no JSON has any weight.
pub(super) fn check(message: &[u8]) -> Result<(), TooHeavy> {
    if message.len() <= SHORT || weight(message) <= MOST { Ok(()) } else { Err(TooHeavy) }
}

/// What lists and objects reserve for their first values, and one for each value after it.
fn weight(message: &[u8]) -> usize {
    let (mut weight, mut in_text, mut escaped) = (0, false, false);
    for &byte in message {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else {
            match byte {
                b'"' => in_text = true,
                b'{' => weight += 8,
                b'[' => weight += 4,
                b',' => weight += 1,
                _ => {}
            }
        }
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lists_and_objects_hold_counts_and_what_texts_say_does_not() {
        assert_eq!(weight(br#"[1, 2, {"a": []}]"#), 4 + 1 + 1 + 8 + 4);
        assert_eq!(weight(br#""[{,\"[{,\\""#), 0);
        assert_eq!(weight(br#"["\\",""]"#), 4 + 1);
    }

    #[test]
    fn a_long_text_is_light_and_many_small_objects_are_not() {
        let text = format!("\"{}\"", "[{,".repeat(4 * 1024 * 1024));
        assert_eq!(check(text.as_bytes()), Ok(()));
        let objects = format!("[{}0]", r#"{"":0},"#.repeat(500_000));
        assert_eq!(check(objects.as_bytes()), Err(TooHeavy));
        let numbers = format!("[{}0]", "0,".repeat(2_000_000));
        assert_eq!(check(numbers.as_bytes()), Ok(()));
    }
}
