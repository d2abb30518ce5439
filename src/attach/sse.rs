//! Server-sent events, taken out of the pieces in which they come.

/// The longest line that is read, in bytes. No event is as long.
const LONGEST: usize = 64 * 1024 * 1024;

/// The `data` of the events, one after the other; all else that a stream may say is of no use here.
#[derive(Debug, Default)]
pub struct Lines {
    /// What came after the last line's end.
    rest: Vec<u8>,
}

/// A line has no end.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

impl Lines {
    /// Takes in a piece, and hands on the data of the lines that are whole now.
    pub fn push(&mut self, piece: &[u8], mut data: impl FnMut(&[u8])) -> Result<(), TooLong> {
        let mut piece = piece;
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (line, after) = (&piece[..end], &piece[end + 1..]);
            if self.rest.is_empty() {
                take(line, &mut data);
            } else {
                self.rest.extend_from_slice(line);
                take(&self.rest, &mut data);
                self.rest.clear();
            }
            piece = after;
        }
        if self.rest.len() + piece.len() > LONGEST {
            return Err(TooLong);
        }
        self.rest.extend_from_slice(piece);
        Ok(())
    }
}

/// The server writes an event's data as one line.
fn take(line: &[u8], data: &mut impl FnMut(&[u8])) {
    if let Some(text) = line.strip_prefix(b"data:") {
        data(text.trim_ascii());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_the_pieces_end() {
        let whole =
            b"retry: 1000\n\nid: 1\nevent: a\ndata: {\"x\":1}\n\n: alive\n\nid: 2\ndata: {\"y\":\"\xc3\xbc\"}\r\n\n";
        for size in 1..=whole.len() {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for piece in whole.chunks(size) {
                lines.push(piece, |data| found.push(String::from_utf8(data.to_vec()).unwrap())).unwrap();
            }
            assert_eq!(found, ["{\"x\":1}", "{\"y\":\"ü\"}"], "in pieces of {size}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let mut lines = Lines::default();
        let piece = vec![b'x'; LONGEST / 2 + 1];
        assert_eq!(lines.push(&piece, |_| ()), Ok(()));
        assert_eq!(lines.push(&piece, |_| ()), Err(TooLong));
    }
}
