//! What a hook handler changed: its payload before and after, fetched and compared only when somebody looks.

use std::collections::VecDeque;

use serde_json::Value;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::tab::pretty;
use crate::event::view::{TraceEntry, TraceKind};
use crate::event::{BodyRef, ContentHash};

/// How many bodies are kept.
const LIMIT: usize = 32;
/// The longest difference that is shown, in lines.
const LINES: usize = 5_000;
/// How much stands around a change.
const CONTEXT: usize = 2;

/// One payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Asked,
    Here(Value),
    /// Why it can't be shown.
    Gone(String),
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Same(String),
    Added(String),
    Removed(String),
    /// So many lines that are the same.
    Skipped(usize),
    /// So many lines at the end that were not looked at.
    Beyond(usize),
}

/// The bodies that were looked at lately, and the difference that was computed last.
#[derive(Debug, Default)]
pub struct Differences {
    bodies: VecDeque<(ContentHash, Body)>,
    shown: Option<((ContentHash, ContentHash), Vec<Line>)>,
}

impl Differences {
    pub fn body(&self, hash: &ContentHash) -> Option<&Body> {
        self.bodies.iter().find(|(known, _)| known == hash).map(|(_, body)| body)
    }

    /// Notes that `body` is being fetched. False if it was already.
    pub fn ask(&mut self, body: &BodyRef) -> bool {
        if self.body(&body.hash).is_some() {
            return false;
        }
        if self.bodies.len() == LIMIT {
            self.bodies.pop_front();
        }
        self.bodies.push_back((body.hash.clone(), Body::Asked));
        true
    }

    pub fn arrived(&mut self, hash: &ContentHash, body: Body) {
        if let Some(slot) = self.bodies.iter_mut().find(|(known, _)| known == hash) {
            slot.1 = body;
        }
    }

    /// Compares the two, unless that was the last comparison anyway. Nothing while one of them is not here.
    pub fn compare(&mut self, before: &ContentHash, after: &ContentHash) {
        if self.lines(before, after).is_some() {
            return;
        }
        let (Some(Body::Here(old)), Some(Body::Here(new))) = (self.body(before), self.body(after)) else { return };
        let lines = if before == after {
            let text = pretty(old);
            let (lines, beyond) = first_lines(text.lines());
            let lines = lines.into_iter().map(|line| Line::Same(line.to_owned()));
            lines.chain((beyond > 0).then_some(Line::Beyond(beyond))).collect()
        } else {
            compare(old, new)
        };
        self.shown = Some(((before.clone(), after.clone()), lines));
    }

    /// The difference, if it was computed.
    pub fn lines(&self, before: &ContentHash, after: &ContentHash) -> Option<&[Line]> {
        let ((b, a), lines) = self.shown.as_ref()?;
        (b == before && a == after).then_some(lines.as_slice())
    }
}

/// The bodies of an entry before and after; twice the same if the handler left it alone.
pub fn bodies_of(entry: &TraceEntry) -> Option<(&BodyRef, &BodyRef)> {
    match &entry.kind {
        TraceKind::Hook { before: Some(before), after, .. } => Some((before, after.as_ref().unwrap_or(before))),
        TraceKind::Hook { .. } | TraceKind::Permission { .. } | TraceKind::Log { .. } => None,
    }
}

fn compare(old: &Value, new: &Value) -> Vec<Line> {
    let texts = (pretty(old), pretty(new));
    // A plain text's commas are its own.
    if old.is_string() || new.is_string() {
        return compare_texts(&texts.0, &texts.1);
    }
    let (old, new) = texts;
    // A comma that only says that more follows is no change.
    compare_lines(
        old.lines().map(|line| line.trim_end_matches(',')),
        new.lines().map(|line| line.trim_end_matches(',')),
    )
}

/// What makes one text of another, line by line; nothing if they are the same.
pub fn compare_texts(old: &str, new: &str) -> Vec<Line> {
    if old == new { Vec::new() } else { compare_lines(old.lines(), new.lines()) }
}

fn compare_lines<'t>(old: impl Iterator<Item = &'t str>, new: impl Iterator<Item = &'t str>) -> Vec<Line> {
    let ((old, old_beyond), (new, new_beyond)) = (first_lines(old), first_lines(new));
    let mut lines = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (tag, before, after) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            same(&mut lines, &old[before.clone()], before.start == 0, before.end == old.len());
        } else {
            lines.extend(old[before].iter().map(|line| Line::Removed((*line).to_owned())));
            lines.extend(new[after].iter().map(|line| Line::Added((*line).to_owned())));
        }
    }
    let beyond = old_beyond.max(new_beyond);
    lines.extend((beyond > 0).then_some(Line::Beyond(beyond)));
    lines
}

/// As many lines as are shown, and how many more there are.
fn first_lines<'t>(mut all: impl Iterator<Item = &'t str>) -> (Vec<&'t str>, usize) {
    (all.by_ref().take(LINES).collect(), all.count())
}

/// What did not change: a little of it beside each change.
fn same(lines: &mut Vec<Line>, equal: &[&str], is_first: bool, is_last: bool) {
    let head = if is_first { 0 } else { CONTEXT.min(equal.len()) };
    let tail = if is_last { 0 } else { CONTEXT.min(equal.len() - head) };
    let skipped = equal.len() - head - tail;
    let line = |text: &&str| Line::Same((*text).to_owned());
    lines.extend(equal[..head].iter().map(line));
    match skipped {
        0 => {}
        1 => lines.extend(equal.get(head).map(line)),
        _ => lines.push(Line::Skipped(skipped)),
    }
    lines.extend(equal[equal.len() - tail..].iter().map(line));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn commas_at_the_ends_of_lines_are_a_plain_texts_own() {
        let changed = [Line::Removed("one,".into()), Line::Added("one".into()), Line::Same("two".into())];
        assert_eq!(compare(&json!("one,\ntwo"), &json!("one\ntwo")), changed);
        // That of JSON only says that more follows.
        let lines = compare(&json!({"a": 1}), &json!({"a": 1, "b": 2}));
        assert_eq!(lines.iter().filter(|line| !matches!(line, Line::Same(_))).count(), 1, "{lines:?}");
    }

    #[test]
    fn what_is_too_long_to_be_compared_is_counted() {
        let (short, long) = (json!("x\n".repeat(LINES)), json!("x\n".repeat(LINES + 3)));
        assert_eq!(compare(&short, &long).last(), Some(&Line::Beyond(3)));
        assert_eq!(compare(&short, &short), []);
    }
}
