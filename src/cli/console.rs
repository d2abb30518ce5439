//! The terminal, or the pipe, that the command was started with.

use std::fs::File;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::exit::{Exit, Failure};
use crate::event::text::{Cleaner, clean_line};

/// Our own handles of what was standard output and standard error: descriptors 1 and 2 belong to what plugins print.
pub struct Console {
    out: File,
    err: File,
    out_is_terminal: bool,
}

impl Console {
    pub fn new(out: File, err: File) -> Self {
        let out_is_terminal = out.is_terminal();
        Console { out, err, out_is_terminal }
    }

    /// Another handle of the output, for a face that draws on it.
    pub fn output(&self) -> io::Result<File> {
        self.out.try_clone()
    }

    pub fn is_terminal(&self) -> bool {
        self.out_is_terminal
    }

    /// Says why a command could not do its work.
    pub fn report(&mut self, failure: &Failure) -> Exit {
        if !failure.is_closed_pipe() {
            // If this can't be written either, the exit status is all that is left.
            let _ = self.remark(&format!("orchestrator: {failure}"));
        }
        failure.exit()
    }

    /// What was asked for. Colours stay only on a terminal that wants them.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        let coloured = self.out_is_terminal && std::env::var_os("NO_COLOR").is_none();
        self.out.write_all(cleaned(text, coloured).as_bytes())
    }

    pub fn say_line(&mut self, text: &str) -> io::Result<()> {
        self.say(&format!("{text}\n"))
    }

    /// A document for another program, as it is.
    pub fn document(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// What another program is to get as it is.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// One JSON document on a line of its own.
    pub fn json<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(value)?;
        bytes.push(b'\n');
        self.out.write_all(&bytes)
    }

    /// What is beside the point: progress, remarks, errors.
    pub fn remark(&mut self, text: &str) -> io::Result<()> {
        self.err.write_all(format!("{}\n", clean_line(text)).as_bytes())
    }
}

/// What a terminal may get. Not all of it was cleaned where it entered: the names of files and folders are as they are
/// on the disk, and so are the values of a config.
fn cleaned(text: &str, coloured: bool) -> String {
    if coloured { Cleaner::new().clean(text) } else { clean_line(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_but_a_colour_reaches_a_terminal() {
        let hostile = "plugins/ev\u{1b}]0;pwned\u{7}il \u{9b}2J\u{202e} \u{1b}[31mred\u{1b}[0m";
        assert_eq!(cleaned(hostile, true), "plugins/evil \u{fffd}2J\u{fffd} \u{1b}[31mred\u{1b}[0m");
        assert_eq!(cleaned(hostile, false), "plugins/evil \u{fffd}2J\u{fffd} red");
    }
}
