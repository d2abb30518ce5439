//! Where the values of a text stand.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{Fault, MAX_DEPTH, MAX_VALUES, pointer};
use crate::config::document::Spot;

/// A value's bytes, and its name's if it stands under one; a name with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub key: Option<Range<usize>>,
    pub value: Range<usize>,
}

/// Every value's place, by its pointer.
#[derive(Debug, Clone)]
pub(super) struct Places(BTreeMap<String, Place>);

impl Places {
    /// Of a text that is JSON.
    pub(super) fn of(text: &str) -> Result<Self, Fault> {
        let mut scan = Scan { text, at: 0, depth: 0, found: BTreeMap::new() };
        scan.value(String::new(), None)?;
        Ok(Places(scan.found))
    }

    pub(super) fn get(&self, pointer: &str) -> Option<&Place> {
        self.0.get(pointer)
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    found: BTreeMap<String, Place>,
}

impl Scan<'_> {
    fn value(&mut self, pointer: String, key: Option<Range<usize>>) -> Result<(), Fault> {
        self.space();
        let start = self.at;
        if self.found.len() >= MAX_VALUES {
            return Err(self.fault(start..start + 1, format!("has more than {MAX_VALUES} values")));
        }
        if self.depth > MAX_DEPTH {
            return Err(self.fault(start..start + 1, format!("is nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        match self.peek() {
            Some(b'{') => self.object(&pointer)?,
            Some(b'[') => self.list(&pointer)?,
            Some(b'"') => self.string(),
            _ => self.word(),
        }
        self.depth -= 1;
        self.found.insert(pointer, Place { key, value: start..self.at });
        Ok(())
    }

    fn object(&mut self, pointer: &str) -> Result<(), Fault> {
        let mut names = HashSet::new();
        self.at += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b'"') => {}
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                _ => break,
            }
            let start = self.at;
            self.string();
            let key = start..self.at;
            // serde_json read the same text before.
            let name: String = serde_json::from_str(&self.text[key.clone()]).unwrap_or_default();
            if !names.insert(name.clone()) {
                return Err(self.fault(key, format!("has the key `{name}` twice")));
            }
            self.space();
            self.at += 1;
            self.value(pointer::child(pointer, &name), Some(key))?;
        }
        self.at += 1;
        Ok(())
    }

    fn list(&mut self, pointer: &str) -> Result<(), Fault> {
        self.at += 1;
        let mut index = 0;
        loop {
            self.space();
            match self.peek() {
                Some(b']') | None => break,
                Some(b',') => self.at += 1,
                Some(_) => {
                    self.value(pointer::child(pointer, &index.to_string()), None)?;
                    index += 1;
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    fn word(&mut self) {
        while self.peek().is_some_and(|byte| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, at: Range<usize>, message: String) -> Fault {
        Fault { message, at: spot(self.text, at) }
    }
}

/// Lines and columns of some bytes.
pub(super) fn spot(text: &str, bytes: Range<usize>) -> Spot {
    let start = text.floor_char_boundary(bytes.start.min(text.len()));
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let covered = text.get(start..bytes.end).unwrap_or_default();
    Spot {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        length: covered.chars().count().max(1),
    }
}

/// The same of a line and a column that counts bytes, both from 1.
pub(super) fn spot_of_bytes(text: &str, line: usize, column: usize) -> Spot {
    let line = line.max(1);
    let written = text.split('\n').nth(line - 1).unwrap_or_default();
    let before = written.floor_char_boundary(column.saturating_sub(1).min(written.len()));
    Spot { line, column: written[..before].chars().count() + 1, length: 1 }
}
