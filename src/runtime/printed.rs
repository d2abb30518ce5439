//! What plugins print: bytes become lines for the log.

use orchestrator_protocol::session::{Log, LogLevel};
use serde_json::Map;

use super::services::HostServices;
use crate::event::PluginName;
use crate::event::text::clean_line;

/// A longer line comes in parts.
const LONGEST: usize = 8 * 1024;

/// A line that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// `Info` for what went to stdout, `Warning` for stderr.
    pub level: LogLevel,
    /// Cleaned, without its end; a longer line than 8 KiB comes in parts.
    pub text: String,
    /// Lines that were lost before this one, because nobody took them.
    pub lost: u64,
}

impl Printed {
    /// Puts the line into the log, and before it how many were lost. Without a plugin, nobody knows who printed it.
    pub fn log(self, plugin: Option<&PluginName>, services: &dyn HostServices) {
        let say = |level, message| {
            services.log(plugin, None, Log { level, message, fields: Map::new(), parent: None });
        };
        if self.lost > 0 {
            let lost = self.lost;
            say(
                LogLevel::Warning,
                format!("{lost} printed lines were lost: they came faster than they could be taken"),
            );
        }
        say(self.level, self.text);
    }
}

/// Takes a line, or says that it could not. Must not wait.
pub(super) type Taker = Box<dyn FnMut(Printed) -> bool + Send>;

/// Cuts one stream into lines and hands them on, never waiting.
pub(super) struct Lines {
    level: LogLevel,
    taker: Taker,
    /// The line that has not ended yet.
    begun: Vec<u8>,
    lost: u64,
}

impl Lines {
    pub(super) fn new(level: LogLevel, taker: Taker) -> Self {
        Lines { level, taker, begun: Vec::new(), lost: 0 }
    }

    pub(super) fn take_in(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.add(&bytes[..end]);
            self.hand_on();
            bytes = &bytes[end + 1..];
        }
        self.add(bytes);
    }

    /// Hands on what has no end of its own.
    pub(super) fn end(mut self) {
        if !self.begun.is_empty() {
            self.hand_on();
        }
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while self.begun.len() + bytes.len() > LONGEST {
            let (part, rest) = bytes.split_at(LONGEST - self.begun.len());
            self.begun.extend_from_slice(part);
            self.hand_on();
            bytes = rest;
        }
        self.begun.extend_from_slice(bytes);
    }

    fn hand_on(&mut self) {
        let text = clean_line(String::from_utf8_lossy(&self.begun).trim_end_matches('\r'));
        self.begun.clear();
        if (self.taker)(Printed { level: self.level, text, lost: self.lost }) {
            self.lost = 0;
        } else {
            self.lost += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn lines(room: usize) -> (Lines, mpsc::Receiver<Printed>) {
        let (sender, receiver) = mpsc::channel(room);
        (Lines::new(LogLevel::Info, Box::new(move |line| sender.try_send(line).is_ok())), receiver)
    }

    fn texts(printed: &mut mpsc::Receiver<Printed>) -> Vec<String> {
        std::iter::from_fn(|| printed.try_recv().ok()).map(|line| line.text).collect()
    }

    #[test]
    fn lines_are_put_together_and_cleaned() {
        let (mut lines, mut printed) = lines(9);
        lines.take_in(b"one\r\ntw");
        lines.take_in(b"o\x1b[2J\n\nno end");
        lines.end();
        assert_eq!(texts(&mut printed), ["one", "two", "", "no end"]);
    }

    #[test]
    fn a_long_line_comes_in_parts() {
        let (mut lines, mut printed) = lines(9);
        lines.take_in("x".repeat(LONGEST * 2 + 1).as_bytes());
        lines.take_in(b"\n");
        let lengths: Vec<_> = texts(&mut printed).iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST, LONGEST, 1]);
    }

    #[test]
    fn what_nobody_takes_is_counted() {
        let (mut lines, mut printed) = lines(1);
        lines.take_in(b"1\n2\n3\n");
        assert_eq!(printed.try_recv().unwrap().text, "1");
        lines.take_in(b"4\n");
        let fourth = printed.try_recv().unwrap();
        assert_eq!((fourth.text.as_str(), fourth.lost), ("4", 2));
    }
}
