//! Changing one value of a text and leaving the rest as it was written.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Document, pointer};

/// Why a value can't be set or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("`{0}` is not an object, so nothing can be set in it")]
    NotAnObject(String),
    #[error("the list `{list}` has {length} entries, so its entry {entry} can't be set")]
    NoSuchEntry { list: String, length: usize, entry: String },
    #[error("`{0}` is not set")]
    NotSet(String),
}

const INDENT: &str = "  ";

impl Document {
    /// The text with `value` at `pointer`. Objects on the way are made; an entry after the last of a list (also `-`)
    /// is added.
    pub fn set(&self, pointer: &str, value: &Value) -> Result<String, EditError> {
        if let Some(place) = self.places.get(pointer) {
            let written = written(value, &self.indent_at(place.value.start));
            return Ok(self.spliced(place.value.start, place.value.end, &written));
        }
        let Some((parent, name)) = pointer::split(pointer) else { return Ok(written(value, "")) };
        match self.value.pointer(parent) {
            Some(Value::Object(_)) => Ok(self.insert(parent, Some(&name), value)),
            Some(Value::Array(items)) if name == "-" || name == items.len().to_string() => {
                Ok(self.insert(parent, None, value))
            }
            Some(Value::Array(items)) => {
                Err(EditError::NoSuchEntry { list: pointer::words(parent), length: items.len(), entry: name })
            }
            Some(_) => Err(EditError::NotAnObject(pointer::words(parent))),
            None => self.set(parent, &Value::Object(Map::from_iter([(name, value.clone())]))),
        }
    }

    /// The text with other values in the place of some that are there.
    pub fn replaced(&self, values: &BTreeMap<String, Value>) -> String {
        let places =
            values.iter().filter_map(|(pointer, value)| Some((self.places.get(pointer)?.value.clone(), value)));
        let mut places: Vec<_> = places.collect();
        places.sort_by_key(|(place, _)| place.start);
        let (mut text, mut from) = (String::with_capacity(self.text.len()), 0);
        for (place, value) in places {
            // What is in one that was replaced is gone with it.
            if place.start >= from {
                text.push_str(&self.text[from..place.start]);
                text.push_str(&written(value, &self.indent_at(place.start)));
                from = place.end;
            }
        }
        text + &self.text[from..]
    }

    /// The text without what is at `pointer`.
    pub fn remove(&self, pointer: &str) -> Result<String, EditError> {
        let not_set = || EditError::NotSet(pointer::words(pointer));
        let place = self.places.get(pointer).ok_or_else(not_set)?;
        pointer::split(pointer).ok_or_else(not_set)?;
        let start = place.key.as_ref().map_or(place.value.start, |key| key.start);
        let (before, after) = (&self.text[..start], &self.text[place.value.end..]);
        let (kept_before, kept_after) = (before.trim_end(), after.trim_start());
        if let Some(rest) = kept_after.strip_prefix(',') {
            // What follows takes its place.
            return Ok(format!("{before}{}", rest.trim_start()));
        }
        match kept_before.strip_suffix(',') {
            Some(rest) => Ok(format!("{}{after}", rest.trim_end())),
            None => Ok(format!("{kept_before}{kept_after}")),
        }
    }

    /// Adds a member at the end of the object or list at `parent`.
    fn insert(&self, parent: &str, name: Option<&str>, value: &Value) -> String {
        let range = self.places.get(parent).map_or(0..self.text.len(), |place| place.value.clone());
        let outer = self.indent_at(range.start);
        let inner = format!("{outer}{INDENT}");
        let name = name.map(|name| format!("{}: ", Value::String(name.to_owned()))).unwrap_or_default();
        let member = |indent: &str| format!("{name}{}", written(value, indent));
        let inside = &self.text[range.start + 1..range.end - 1];
        let last = inside.trim_end();
        if last.is_empty() {
            let filled = format!("\n{inner}{}\n{outer}", member(&inner));
            return self.spliced(range.start + 1, range.end - 1, &filled);
        }
        let end = range.start + 1 + last.len();
        if inside.contains('\n') {
            self.spliced(end, end, &format!(",\n{inner}{}", member(&inner)))
        } else {
            self.spliced(end, end, &format!(", {}", member(&outer)))
        }
    }

    fn spliced(&self, start: usize, end: usize, new: &str) -> String {
        format!("{}{new}{}", &self.text[..start], &self.text[end..])
    }

    /// What stands before the first character of the line.
    fn indent_at(&self, at: usize) -> String {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        self.text[line..at].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
    }
}

/// Over several lines, as one would write it at that indentation.
fn written(value: &Value, indent: &str) -> String {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string());
    // Line breaks in texts are escaped, so that every one here is the printer's.
    pretty.replace('\n', &format!("\n{indent}"))
}
