//! The names that parts of a plugin's document have in the whole.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::event::PluginName;
use crate::event::text::clean_within;

/// What is taken over of a plugin's components. Security is the host's; links and callbacks lead elsewhere.
const SECTIONS: [&str; 6] = ["schemas", "responses", "parameters", "examples", "requestBodies", "headers"];
/// Keywords by which a schema says under which name others find it: the whole document would be read otherwise.
const IDENTITIES: [&str; 6] = ["$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary"];
/// What is only shown, and never followed.
const DATA: [&str; 5] = ["example", "default", "const", "enum", "value"];
/// Where the keys of an object are names and no keywords.
const NAMED: [&str; 8] =
    ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "headers", "content", "examples"];
/// As much of one text as is shown, in bytes.
const TEXT: usize = 16 * 1024;

/// Copies parts of one plugin's document, with references to its components under their names in the whole.
pub struct Copying<'d> {
    plugin: &'d PluginName,
    document: &'d Value,
    /// The references that lead somewhere.
    known: HashSet<String>,
}

impl<'d> Copying<'d> {
    pub fn new(plugin: &'d PluginName, document: &'d Value) -> Self {
        let known = sections(document).flat_map(|(section, entries)| {
            let usable = entries.keys().filter(|name| is_name(name));
            usable.map(move |name| format!("#/components/{section}/{name}"))
        });
        Copying { plugin, document, known: known.collect() }
    }

    /// All of the plugin's components, by section.
    pub fn components(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for (section, entries) in sections(self.document) {
            let copied = entries.iter().filter(|(name, _)| is_name(name));
            let copied: Map<String, Value> =
                copied.map(|(name, value)| (format!("{}.{name}", self.plugin), self.copy(value))).collect();
            all.insert(section.to_owned(), Value::Object(copied));
        }
        all
    }

    /// A part of the document, wherever it stands.
    pub fn copy(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(fields.iter().filter_map(|field| self.field(field)).collect()),
            Value::Array(items) => items.iter().map(|item| self.copy(item)).collect(),
            Value::String(text) => Value::String(clean_within(text, TEXT)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// What a reference to one of the plugin's components leads to; the value itself if it is none.
    pub fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        let target = value.get("$ref").and_then(Value::as_str).filter(|target| self.known.contains(*target));
        target.and_then(|target| self.document.pointer(target.strip_prefix('#')?)).unwrap_or(value)
    }

    fn field(&self, (key, value): (&String, &Value)) -> Option<(String, Value)> {
        let copied = match (key.as_str(), value) {
            ("$ref", Value::String(target)) => Value::String(self.renamed(target)?),
            (key, Value::String(_)) if IDENTITIES.contains(&key) => return None,
            ("discriminator", Value::Object(_)) => self.discriminator(value),
            (key, Value::Object(named)) if NAMED.contains(&key) => {
                named.iter().map(|(name, value)| (clean_within(name, TEXT), self.copy(value))).collect()
            }
            (key, value) if DATA.contains(&key) => cleaned(value),
            (_, value) => self.copy(value),
        };
        Some((clean_within(key, TEXT), copied))
    }

    /// The choice between schemas names them by references, too.
    fn discriminator(&self, value: &Value) -> Value {
        let mut copied = self.copy(value);
        if let Some(Value::Object(mapping)) = copied.get_mut("mapping") {
            mapping.retain(|_, target| target.as_str().is_some_and(|target| self.known.contains(target)));
            for target in mapping.values_mut() {
                let renamed = target.as_str().and_then(|target| self.renamed(target));
                *target = renamed.map_or(Value::Null, Value::String);
            }
        }
        copied
    }

    /// A reference under its name in the whole; nothing if it leads nowhere, or out of the document.
    fn renamed(&self, target: &str) -> Option<String> {
        let (section, name) = self.known.get(target)?.strip_prefix("#/components/")?.split_once('/')?;
        Some(format!("#/components/{section}/{}.{name}", self.plugin))
    }
}

fn sections(document: &Value) -> impl Iterator<Item = (&'static str, &Map<String, Value>)> {
    SECTIONS.into_iter().filter_map(|section| Some((section, document.get("components")?.get(section)?.as_object()?)))
}

/// As OpenAPI wants the names of components.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !name.is_empty() && name.len() <= 200 && name.bytes().all(fits)
}

/// Data as it is, but for what would not be shown as it is, and for what a reader could take for a reference.
fn cleaned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let data = fields.iter().filter(|(key, value)| !(*key == "$ref" && value.is_string()));
            data.map(|(key, value)| (clean_within(key, TEXT), cleaned(value))).collect()
        }
        Value::Array(items) => items.iter().map(cleaned).collect(),
        Value::String(text) => Value::String(clean_within(text, TEXT)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
