//! Reading one file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::FoundFile;
use crate::report::{Place, Reporter, SkipReason, Stopped};

/// How far a NUL byte is looked for.
const SNIFFED_BYTES: usize = 8 * 1024;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text; bytes that are no UTF-8 are replaced.
    Text(String),
    Binary,
    TooLarge,
    Unreadable(String),
}

impl Content {
    /// Reads a file of at most `max_bytes`.
    pub fn read(path: &Path, max_bytes: u64) -> Content {
        let mut bytes = Vec::new();
        // One byte more tells a file that grew from one that fits.
        let read = File::open(path).and_then(|file| file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes));
        match read {
            Err(error) => Content::Unreadable(error.to_string()),
            Ok(length) if length as u64 > max_bytes => Content::TooLarge,
            Ok(_) => Content::from_bytes(bytes),
        }
    }

    fn from_bytes(bytes: Vec<u8>) -> Content {
        if bytes.iter().take(SNIFFED_BYTES).any(|byte| *byte == 0) {
            return Content::Binary;
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => return Content::Text(text),
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        // A source in an old encoding has a few bytes that are no UTF-8; compressed data has little else.
        let replaced = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if replaced * 10 > text.chars().count() { Content::Binary } else { Content::Text(text) }
    }
}

impl FoundFile {
    /// The file's text. What can't be read as text is reported as skipped, and `None`.
    pub fn text(&self, max_bytes: u64, reporter: &mut Reporter<'_>) -> Result<Option<String>, Stopped> {
        let content = if self.bytes > max_bytes { Content::TooLarge } else { Content::read(&self.location, max_bytes) };
        let place = Place::path(&self.path);
        match content {
            Content::Text(text) => return Ok(Some(text)),
            Content::Binary => reporter.skip(place, SkipReason::Binary, "binary, not read as text")?,
            Content::TooLarge => {
                let words = format!("{} bytes, more than max_file_bytes ({max_bytes}); not read", self.bytes);
                reporter.skip(place, SkipReason::TooLarge, &words)?;
            }
            Content::Unreadable(error) => {
                reporter.skip(place, SkipReason::Unreadable, &format!("can't be read: {error}"))?;
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_an_old_encoding_is_text_and_data_is_not() {
        let Content::Text(text) = Content::from_bytes(b"// caf\xe9 au lait, one odd byte\nint x;\n".to_vec()) else {
            panic!("not read as text");
        };
        assert!(text.contains("au lait") && text.contains('\u{fffd}'));
        assert_eq!(Content::from_bytes(vec![0x89, b'P', 0, 1]), Content::Binary);
        assert_eq!(Content::from_bytes((128..=255).collect()), Content::Binary);
        assert_eq!(Content::from_bytes(Vec::new()), Content::Text(String::new()));
    }

    #[test]
    fn the_limit_holds_although_the_file_has_grown() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(Content::read(&path, 5), Content::Text("12345".into()));
        assert_eq!(Content::read(&path, 4), Content::TooLarge);
        assert!(matches!(Content::read(&dir.path().join("absent"), 4), Content::Unreadable(_)));
    }
}
