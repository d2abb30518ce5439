//! Text that is cleaned and of a bounded length.

use super::clean_line;

/// What stands at the end of a text that was cut.
const CUT: &str = " … (cut)";

/// The text cleaned as [`clean_line`] does; of one with more than `most` bytes, the beginning, which says that it was
/// cut.
pub fn clean_within(text: &str, most: usize) -> String {
    let mut clean = clean_line(text);
    if clean.len() > most {
        clean.truncate(clean.floor_char_boundary(most));
        clean.push_str(CUT);
    }
    clean
}

/// The text cleaned as [`clean_line`] does; of one with more than `most` bytes, the end.
pub fn clean_tail(text: &str, most: usize) -> String {
    let mut clean = clean_line(text);
    clean.drain(..clean.ceil_char_boundary(clean.len().saturating_sub(most)));
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cleaned_and_cut_between_characters_and_says_so() {
        assert_eq!(clean_within("a\u{1b}[2Jé", 3), "aé");
        assert_eq!(clean_within("aéb", 2), "a … (cut)");
    }

    #[test]
    fn of_a_long_text_the_end_is_left() {
        assert_eq!(clean_tail("a\u{1b}[2Jé", 3), "aé");
        assert_eq!(clean_tail("aéb", 2), "b");
    }
}
