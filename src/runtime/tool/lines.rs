//! Lines of a child's output, none of them longer than a limit.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The rest of a longer line is dropped.
const MAX_LINE: usize = 256 * 1024;

/// Reads lines; bytes that are not UTF-8 are replaced.
pub(super) struct Lines<R> {
    reader: Option<BufReader<R>>,
    line: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub fn of(output: Option<R>) -> Self {
        Lines { reader: output.map(BufReader::new), line: Vec::new() }
    }

    /// Whether the output was closed and all of it was read.
    pub fn is_over(&self) -> bool {
        self.reader.is_none()
    }

    /// The next line without its end; `None` at the end of the output. Safe to cancel: what was read of a line
    /// stays.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            // An output that can't be read is over.
            let bytes = self.reader.as_mut()?.fill_buf().await.unwrap_or_default();
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let room = MAX_LINE - self.line.len();
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let taken = end.map_or(bytes.len(), |end| end + 1);
            if taken == 0 {
                self.reader = None;
                return if self.line.is_empty() { None } else { Some(self.take()) };
            }
            self.reader.as_mut()?.consume(taken);
            if end.is_some() {
                return Some(self.take());
            }
        }
    }

    fn take(&mut self) -> String {
        let line = std::mem::take(&mut self.line);
        String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_whole_bounded_and_the_last_needs_no_end() {
        let long = "x".repeat(MAX_LINE + 5);
        let text = format!("one\r\n\n{long}\nlast");
        let mut lines = Lines::of(Some(text.as_bytes()));
        assert_eq!(lines.next().await.as_deref(), Some("one"));
        assert_eq!(lines.next().await.as_deref(), Some(""));
        assert_eq!(lines.next().await.map(|line| line.len()), Some(MAX_LINE));
        assert_eq!(lines.next().await.as_deref(), Some("last"));
        assert_eq!(lines.next().await, None);
        assert!(lines.is_over());
    }
}
