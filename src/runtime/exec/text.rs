//! Output as it comes, cut where text may be cut.

/// A line longer than this goes on before it ends.
const LONGEST_LINE: usize = 16 * 1024;

/// Collects one stream's bytes and gives them out as text, whole lines where that is possible.
#[derive(Default)]
pub(super) struct Text {
    held: Vec<u8>,
}

impl Text {
    /// Takes bytes in; gives out the lines that are whole now, as one piece.
    pub(super) fn take_in(&mut self, bytes: &[u8]) -> Option<String> {
        self.held.extend_from_slice(bytes);
        match self.held.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => Some(self.give(end + 1)),
            None if self.held.len() > LONGEST_LINE => self.pending(),
            None => None,
        }
    }

    /// Whether a line has begun and not ended.
    pub(super) fn has_pending(&self) -> bool {
        !self.held.is_empty()
    }

    /// The begun line as far as it can be read: a character that has only begun stays.
    pub(super) fn pending(&mut self) -> Option<String> {
        let end = complete(&self.held);
        (end > 0).then(|| self.give(end))
    }

    /// What is left when no more comes.
    pub(super) fn rest(&mut self) -> Option<String> {
        (!self.held.is_empty()).then(|| self.give(self.held.len()))
    }

    fn give(&mut self, end: usize) -> String {
        let rest = self.held.split_off(end);
        let bytes = std::mem::replace(&mut self.held, rest);
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// Up to where no character has only begun. Bytes that can't begin one are no reason to wait.
fn complete(bytes: &[u8]) -> usize {
    let last = bytes.len().saturating_sub(4)..bytes.len();
    for at in last.rev() {
        let length = match bytes[at] {
            0x80..=0xbf => continue,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => 1,
        };
        return if at + length > bytes.len() { at } else { bytes.len() };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_whole() {
        let mut text = Text::default();
        assert_eq!(text.take_in(b"on"), None);
        assert_eq!(text.take_in(b"e\ntwo\nth").as_deref(), Some("one\ntwo\n"));
        assert_eq!(text.pending().as_deref(), Some("th"));
        assert!(!text.has_pending());
    }

    #[test]
    fn a_character_is_never_cut() {
        let mut text = Text::default();
        for byte in "ä€😀".as_bytes() {
            assert_eq!(text.take_in(&[*byte]), None);
        }
        text.take_in(&"😀".as_bytes()[..3]);
        assert_eq!(text.pending().as_deref(), Some("ä€😀"));
        assert_eq!(text.pending(), None);
        text.take_in(&"😀".as_bytes()[3..]);
        assert_eq!(text.rest().as_deref(), Some("😀"));
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_hold_nothing_up() {
        let mut text = Text::default();
        text.take_in(b"\xff\x80\x80\x80\x80");
        assert!(text.pending().unwrap().starts_with('\u{fffd}'));
        text.take_in(b"\xe2\x82");
        assert_eq!(text.rest().as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn an_endless_line_goes_on_before_it_ends() {
        let mut text = Text::default();
        assert_eq!(text.take_in(&vec![b'x'; LONGEST_LINE + 1]).unwrap().len(), LONGEST_LINE + 1);
    }
}
