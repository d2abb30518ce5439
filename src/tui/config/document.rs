//! The document that is edited: a text that is one JSON object, and what it means.
//!
//! A change rewrites only what it changes: the order of the keys, their spacing, keys that no schema knows and
//! numbers that no computer holds stay as somebody wrote them.

use serde_json::{Map, Value};

use super::span::{Content, Node};
use super::{layout, pointer};

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: String,
    value: Value,
}

/// One that sets nothing.
impl Default for Document {
    fn default() -> Self {
        Document { text: "{}\n".to_owned(), value: Value::Object(Map::new()) }
    }
}

impl Document {
    pub fn parse(text: &str) -> Result<Self, Fault> {
        // An empty file says nothing, and so do the defaults.
        let text = if text.trim().is_empty() { "{}\n" } else { text };
        let value: Value = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
        if value.is_object() {
            return Ok(Document { text: text.to_owned(), value });
        }
        let message = format!("a config is one object, with its settings between braces; this is {}", kind(&value));
        Err(Fault { message, line: 1, column: 1 })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    pub fn object(&self, pointer: &str) -> Option<&Map<String, Value>> {
        self.get(pointer)?.as_object()
    }

    /// Puts `value` at `pointer`, and makes the objects on the way there. False, without effect, if something else
    /// stands in the way.
    pub fn set(&mut self, pointer: &str, value: &Value) -> bool {
        if self.get(pointer) == Some(value) {
            return true;
        }
        let Some(root) = Node::of(&self.text) else { return false };
        if let Some(node) = root.find(pointer) {
            let new = written(value, &self.indent(&root), &self.indent_at(node.range.start));
            return self.replace(&[(node.range.clone(), new)]);
        }
        // The nearest that is there takes the rest.
        let mut missing = value.clone();
        let mut rest = pointer;
        loop {
            let Some((parent, name)) = pointer::split(rest) else { return false };
            if let Some(node) = root.find(parent) {
                return match node.content {
                    Content::Object(_) => self.append(&root, node, Some(&name), &missing),
                    Content::Array(ref items) if name.parse() == Ok(items.len()) => {
                        self.append(&root, node, None, &missing)
                    }
                    Content::Array(_) | Content::Scalar => false,
                };
            }
            missing = Value::Object(Map::from_iter([(name, missing)]));
            rest = parent;
        }
    }

    /// Takes away what is at `pointer`. False if nothing is.
    pub fn remove(&mut self, pointer: &str) -> bool {
        let Some(root) = Node::of(&self.text) else { return false };
        let Some((parent, name)) = pointer::split(pointer) else { return false };
        let Some(node) = root.find(parent) else { return false };
        let (entries, places) = (node.entries(), node.places(&name));
        if places.is_empty() {
            return false;
        }
        let kept: Vec<usize> = (0..entries.len()).filter(|place| !places.contains(place)).collect();
        let inside = node.range.start + 1..node.range.end - 1;
        if kept.is_empty() {
            return self.replace(&[(inside, String::new())]);
        }
        // Each goes with the comma before it; at the front, with the one after it.
        let cut = places.iter().map(|&place| match (place, kept.iter().any(|&kept| kept < place)) {
            (place, true) => (entries[place - 1].end..entries[place].end, String::new()),
            (place, false) => (entries[place].start..entries[place + 1].start, String::new()),
        });
        let cut: Vec<_> = cut.collect();
        self.replace(&cut)
    }

    /// Puts `value` into the list at `pointer`, so that it is the one at `place`.
    pub fn insert(&mut self, pointer: &str, place: usize, value: &Value) -> bool {
        let Some(root) = Node::of(&self.text) else { return false };
        let Some(node) = root.find(pointer) else { return self.set(pointer, &Value::Array(vec![value.clone()])) };
        let Content::Array(items) = &node.content else { return false };
        match items.get(place) {
            None => self.append(&root, node, None, value),
            Some(next) => {
                let at = next.range.start;
                let gap = match place.checked_sub(1).and_then(|before| items.get(before)) {
                    Some(before) => self.text[before.range.end..at].to_owned(),
                    None => format!(",{}", &self.text[node.range.start + 1..at]),
                };
                let new = written(value, &self.indent(&root), &self.indent_at(at));
                // A comment-less gap is blanks and one comma, in any order.
                let gap = format!(",{}", gap.replace(',', ""));
                self.replace(&[(at..at, new + &gap)])
            }
        }
    }

    /// Exchanges two items of the list at `pointer`.
    pub fn swap(&mut self, pointer: &str, one: usize, other: usize) -> bool {
        let Some(root) = Node::of(&self.text) else { return false };
        let Some(Content::Array(items)) = root.find(pointer).map(|node| &node.content) else { return false };
        let (Some(first), Some(second)) = (items.get(one.min(other)), items.get(one.max(other))) else { return false };
        let (a, b) = (first.range.clone(), second.range.clone());
        let (text_a, text_b) = (self.text[a.clone()].to_owned(), self.text[b.clone()].to_owned());
        one != other && self.replace(&[(a, text_b), (b, text_a)])
    }

    /// The same text with something else, which may be no JSON at all, in the place of one value.
    pub fn with_draft(&self, pointer: &str, draft: &str) -> String {
        const MARK: &str = "\u{e000}draft\u{e000}";
        let mut copy = self.clone();
        if !copy.set(pointer, &Value::String(MARK.to_owned())) {
            return self.text.clone();
        }
        copy.text.replace(&format!("\"{MARK}\""), draft)
    }

    fn append(&mut self, root: &Node, node: &Node, name: Option<&str>, value: &Value) -> bool {
        let outer = self.indent_at(node.range.start);
        let inside = &self.text[node.range.start + 1..node.range.end - 1];
        let on_one_line = !inside.contains('\n') && !inside.trim().is_empty();
        let step = self.indent(root);
        let inner = if on_one_line { outer.clone() } else { format!("{outer}{step}") };
        let key = name.map(|name| format!("{}: ", Value::from(name))).unwrap_or_default();
        let entry = format!("{key}{}", written(value, &step, &inner));
        match node.entries().last() {
            Some(last) if on_one_line => self.replace(&[(last.end..last.end, format!(", {entry}"))]),
            Some(last) => {
                let inner = self.indent_at(last.start);
                let entry = format!("{key}{}", written(value, &step, &inner));
                self.replace(&[(last.end..last.end, format!(",\n{inner}{entry}"))])
            }
            None => {
                let all = node.range.start + 1..node.range.end - 1;
                self.replace(&[(all, format!("\n{inner}{entry}\n{outer}"))])
            }
        }
    }

    /// Replaces places of the text, in their order. Without effect if the outcome were no document.
    fn replace(&mut self, changes: &[(std::ops::Range<usize>, String)]) -> bool {
        let mut text = self.text.clone();
        for (range, new) in changes.iter().rev() {
            text.replace_range(range.clone(), new);
        }
        match Document::parse(&text) {
            Ok(document) => *self = document,
            Err(_) => return false,
        }
        true
    }

    /// By how much this text indents.
    fn indent(&self, root: &Node) -> String {
        let first = root.entries().first().map(|first| self.indent_at(first.start));
        first.filter(|indent| !indent.is_empty()).unwrap_or_else(|| "  ".to_owned())
    }

    /// The blanks at the beginning of the line of a place.
    fn indent_at(&self, at: usize) -> String {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.text[start..at].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
    }
}

/// A value as it is written below a line that is indented by `outer`.
fn written(value: &Value, step: &str, outer: &str) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(step.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    match serde::Serialize::serialize(value, &mut serializer) {
        Ok(()) => String::from_utf8_lossy(&bytes).replace('\n', &format!("\n{outer}")),
        Err(_) => value.to_string(),
    }
}

/// The text in the usual form, if it is JSON.
pub fn formatted(text: &str) -> Result<String, Fault> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| fault(text, &error))?;
    Ok(Node::of(text).map_or_else(|| text.to_owned(), |root| layout::formatted(text, &root)))
}

fn fault(text: &str, error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let line = error.line().max(1);
    // serde_json counts bytes.
    let bytes = text.lines().nth(line - 1).unwrap_or_default();
    let end = bytes.floor_char_boundary(error.column().saturating_sub(1).min(bytes.len()));
    Fault { message: format!("is not JSON: {message}"), line, column: bytes[..end].chars().count() + 1 }
}

/// What a value is, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
