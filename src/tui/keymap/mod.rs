//! Which key does what, where: read from TOML, the built-in map first and a person's own over it.
//!
//! A section is a [`Context`], a line an action of the table in `action` with its keys. Knows nothing of what
//! actions do.

mod chord;
mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

pub use chord::{Chord, NoSuchKey};
pub use error::KeymapError;

use super::action::{Action, Context, Entry, TABLE};

/// The keys that everybody starts with.
const DEFAULT: &str = include_str!("../../../config/keymap.toml");

/// A section's lines: an action's name and its keys.
type Section = BTreeMap<String, Keys>;

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a key such as \"ctrl-s\", or a list of keys")]
enum Keys {
    One(String),
    Many(Vec<String>),
}

impl Keys {
    fn as_slice(&self) -> &[String] {
        match self {
            Keys::One(key) => std::slice::from_ref(key),
            Keys::Many(keys) => keys,
        }
    }
}

/// The keys of every action.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Debug, Clone, PartialEq)]
struct Binding {
    context: Context,
    action: Action,
    chord: Chord,
}

impl Keymap {
    /// The built-in map, and over it the file at `own` if there is one. A line of that file replaces all keys of
    /// its action; an empty list leaves it to the palette.
    pub fn load(own: Option<&Path>) -> Result<Self, KeymapError> {
        let builtin = Path::new("config/keymap.toml (built in)");
        let mut keymap = Keymap { bindings: Vec::new() };
        keymap.overlay(DEFAULT, builtin)?;
        let Some(path) = own else { return Ok(keymap) };
        match std::fs::read_to_string(path) {
            Ok(text) => keymap.overlay(&text, path)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(KeymapError::Unreadable { path: path.to_owned(), error }),
        }
        Ok(keymap)
    }

    fn overlay(&mut self, text: &str, path: &Path) -> Result<(), KeymapError> {
        let document: BTreeMap<String, Section> = toml::from_str(text)
            .map_err(|error| KeymapError::Syntax { path: path.to_owned(), error: Box::new(error) })?;
        for (section, lines) in &document {
            let context = Context::from_name(section)
                .ok_or_else(|| KeymapError::UnknownSection { path: path.to_owned(), section: section.clone() })?;
            for (name, keys) in lines {
                let at = || format!("{section}.{name}");
                let entry = TABLE
                    .iter()
                    .find(|entry| entry.context == context && entry.name == name)
                    .ok_or_else(|| KeymapError::UnknownAction { path: path.to_owned(), at: at() })?;
                self.bindings.retain(|b| (b.context, b.action) != (context, entry.action));
                for key in keys.as_slice() {
                    let chord: Chord =
                        key.parse().map_err(|error| KeymapError::Key { path: path.to_owned(), at: at(), error })?;
                    if context.takes_text() && chord.is_text() {
                        return Err(KeymapError::WouldBeTyped { path: path.to_owned(), at: at(), chord });
                    }
                    self.bindings.push(Binding { context, action: entry.action, chord });
                }
            }
        }
        self.refuse_conflicts(path)
    }

    /// Two actions on one key, where both could be meant.
    fn refuse_conflicts(&self, path: &Path) -> Result<(), KeymapError> {
        for (index, one) in self.bindings.iter().enumerate() {
            for other in &self.bindings[index + 1..] {
                let meet = one.context == other.context
                    || (one.context == Context::Global && other.context.falls_back_on_global())
                    || (other.context == Context::Global && one.context.falls_back_on_global());
                if meet && one.chord == other.chord && one.action != other.action {
                    let name = |binding: &Binding| match Entry::of(binding.context, binding.action) {
                        Some(entry) => format!("{}.{}", entry.context.name(), entry.name),
                        None => binding.context.name().to_owned(),
                    };
                    return Err(KeymapError::Conflict {
                        path: path.to_owned(),
                        chord: one.chord,
                        one: name(one),
                        other: name(other),
                    });
                }
            }
        }
        Ok(())
    }

    /// What `chord` does in `context`.
    pub fn action(&self, context: Context, chord: Chord) -> Option<Action> {
        let find = |context: Context| self.bindings.iter().find(|b| b.context == context && b.chord == chord);
        let found = find(context).or_else(|| if context.falls_back_on_global() { find(Context::Global) } else { None });
        found.map(|binding| binding.action)
    }

    /// The keys of an action in `context`, the one to show first.
    pub fn chords(&self, context: Context, action: Action) -> impl Iterator<Item = Chord> + '_ {
        self.bindings.iter().filter(move |b| b.context == context && b.action == action).map(|b| b.chord)
    }
}
