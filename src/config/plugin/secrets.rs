//! Secrets: references in the file, values elsewhere.
//!
//! `${secret:NAME}` stands for a value in the user's own folder, which only its owner can read; `${NAME}`, in the place
//! of a secret, for a variable of the environment. A reference is the whole text of a value, never a part of one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::config::atomic::{self, Access};
use crate::config::document::Source;
use crate::config::json::pointer;

/// The longest secret, in bytes.
pub const MAX_SECRET: usize = 64 * 1024;

/// What a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference<'t> {
    Stored(&'t str),
    Environment(&'t str),
}

/// What `text` refers to, if it is a reference.
pub fn reference(text: &str) -> Option<Reference<'_>> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    match inner.strip_prefix("secret:") {
        Some(name) => is_name(name).then_some(Reference::Stored(name)),
        None => is_variable(inner).then_some(Reference::Environment(inner)),
    }
}

/// Whether `text` is one, so that it is no secret itself.
pub fn is_reference(text: &str) -> bool {
    reference(text).is_some()
}

/// The reference to a stored one.
pub fn written(name: &str) -> String {
    format!("${{secret:{name}}}")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The stored secrets of one plugin, by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Vault(BTreeMap<String, String>);

impl Vault {
    /// What can't be read is told in words, without anything of what is in there.
    pub fn read(file: &Path) -> Result<Self, String> {
        let cannot = |what: &str| format!("the secrets in {} can't be read: {what}", file.display());
        let Some(source) = Source::read(file).map_err(|problem| cannot(&problem.message))? else {
            return Ok(Vault::default());
        };
        serde_json::from_str(source.text()).map(Vault).map_err(|_| cannot("the file is damaged"))
    }

    pub fn write(&self, file: &Path) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(&self.0)?;
        atomic::write(file, &text, Access::OwnerOnly)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// Forgets those that nothing refers to any more.
    pub fn keep(&mut self, referred: &dyn Fn(&str) -> bool) {
        self.0.retain(|name, _| referred(name));
    }

    /// A name for the secret at `pointer` that is not in use.
    pub fn free_name(&self, pointer: &str, in_use: &dyn Fn(&str) -> bool) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let parts = pointer::parts(pointer);
        let base = parts.iter().map(|part| part.chars().map(plain).collect::<String>()).collect::<Vec<_>>().join(".");
        let base = if is_name(&base) { base } else { "secret".to_owned() };
        let mut number = 1;
        loop {
            let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
            if !in_use(&name) && !self.0.contains_key(&name) {
                return name;
            }
            number += 1;
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Every text in a value, with its pointer.
pub(super) fn texts(value: &Value) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect<'v>(value: &'v Value, at: String, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) => found.push((at, text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, pointer::child(&at, &index.to_string()), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(field, pointer::child(&at, name), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
