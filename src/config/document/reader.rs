//! Taking typed values out of a tree.

use super::{Key, Node, Problem, Problems, Source, Spot, Value};
use crate::config::closest::meant;

/// Problems beyond these in one file help nobody.
const MAX_PROBLEMS: usize = 20;

/// Reads a tree and collects what is wrong in it, so that people see everything at once.
#[derive(Debug)]
pub struct Reader<'s> {
    source: &'s Source,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl<'s> Reader<'s> {
    pub fn new(source: &'s Source) -> Self {
        Reader { source, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Notes something wrong.
    pub fn problem(&mut self, at: Spot, message: impl AsRef<str>, remedy: impl AsRef<str>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::new(self.source, at, message).remedy(remedy));
        }
    }

    /// Notes something odd.
    pub fn warning(&mut self, at: Spot, message: impl AsRef<str>, remedy: impl AsRef<str>) {
        if self.warnings.len() < MAX_PROBLEMS {
            self.warnings.push(Problem::new(self.source, at, message).remedy(remedy));
        }
    }

    /// `value`, if nothing was wrong, and what was odd.
    pub fn finish<T>(self, value: Option<T>) -> Result<(T, Vec<Problem>), Problems> {
        let Reader { source, mut problems, mut warnings } = self;
        problems.sort_by_key(|problem| problem.at);
        warnings.sort_by_key(|warning| warning.at);
        match value {
            Some(value) if problems.is_empty() => Ok((value, warnings)),
            None if problems.is_empty() => Err(Problem::new(source, Spot::START, "can't be used").into()),
            Some(_) | None => Err(Problems(problems)),
        }
    }

    /// A value's characters as they stand in the file.
    pub fn written(&self, node: &Node) -> String {
        self.source.written(node.at).trim().to_owned()
    }

    fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str, example: &str) {
        let message = format!("`{what}` must be {wanted}, but this is {}", node.value.kind());
        self.problem(node.at, message, format!("write {example}"));
    }

    /// Text. A number or boolean that was meant as text is told how to be written.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
                let written = self.written(node);
                self.wrong_type(node, what, "text", &format!("it in quotes: \"{}\"", written));
                None
            }
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong_type(node, what, "text", &format!("`{what}: some text`"));
                None
            }
        }
    }

    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong_type(node, what, "`true` or `false`", &format!("`{what}: true` or `{what}: false`"));
                None
            }
        }
    }

    /// A whole number between `least` and `most`.
    pub fn integer(&mut self, node: &Node, what: &str, least: i64, most: i64) -> Option<i64> {
        match node.value {
            Value::Integer(value) if (least..=most).contains(&value) => Some(value),
            Value::Integer(value) => {
                let message = format!("`{what}` is {value}, which is out of range");
                self.problem(node.at, message, format!("write a whole number from {least} to {most}"));
                None
            }
            _ => {
                let example = format!("a whole number from {least} to {most}");
                self.wrong_type(node, what, "a whole number", &example);
                None
            }
        }
    }

    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            // An entry that was begun and left empty.
            Value::Null => Some(&[]),
            _ => {
                self.wrong_type(node, what, "a list", "each entry on a line of its own, beginning with `- `");
                None
            }
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, node: &Node, what: &str) -> Option<Vec<String>> {
        let items = self.list(node, what)?;
        items.iter().map(|item| self.text(item, what)).collect()
    }

    pub fn fields<'n>(&mut self, node: &'n Node, what: &str) -> Option<Fields<'n>> {
        match &node.value {
            Value::Map(entries) => Some(Fields { entries, known: Vec::new() }),
            Value::Null => Some(Fields { entries: &[], known: Vec::new() }),
            _ => {
                self.wrong_type(node, what, "a mapping", "`name: value` lines, indented alike");
                None
            }
        }
    }

    /// Warns of the entries that nobody asked for.
    pub fn unknown_fields(&mut self, fields: Fields<'_>, what: &str) {
        for (key, _) in fields.entries {
            if fields.known.contains(&key.name.as_str()) {
                continue;
            }
            let remedy = meant(&key.name, "the fields", &fields.known);
            self.warning(key.at, format!("{what} has no field `{}`; it is ignored", key.name), remedy);
        }
    }
}

/// The entries of a mapping. Remembers which were asked for.
#[derive(Debug)]
pub struct Fields<'n> {
    entries: &'n [(Key, Node)],
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    pub fn get(&mut self, name: &'static str) -> Option<&'n Node> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// All of them, for mappings whose keys are names.
    pub fn entries(&self) -> &'n [(Key, Node)] {
        self.entries
    }
}
