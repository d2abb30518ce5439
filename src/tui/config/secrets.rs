//! Secrets that were typed and are not saved: beside the document, which holds references alone.

use std::collections::BTreeMap;
use std::fmt;

use super::pointer;

/// How a secret is shown, whatever its length.
pub const DOTS: &str = "••••••••";

/// A text that no log and no failed test prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DOTS)
    }
}

/// By pointer: the new secret, or that the old one is to be forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, Option<Hidden>>);

impl Secrets {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Hidden>)> {
        self.0.iter().map(|(pointer, secret)| (pointer.as_str(), secret.as_ref()))
    }

    /// What was typed for `pointer`.
    pub fn typed(&self, pointer: &str) -> Option<&str> {
        self.0.get(pointer)?.as_ref().map(|hidden| hidden.0.as_str())
    }

    pub fn set(&mut self, pointer: &str, secret: &str) {
        self.0.insert(pointer.to_owned(), Some(Hidden(secret.to_owned())));
    }

    /// Has the stored one forgotten.
    pub fn forget(&mut self, pointer: &str) {
        self.0.insert(pointer.to_owned(), None);
    }

    /// As if nothing had been typed.
    pub fn leave(&mut self, pointer: &str) {
        self.0.remove(pointer);
    }

    /// The same for everything in `pointer`.
    pub fn leave_within(&mut self, pointer: &str) {
        self.0.retain(|at, _| !pointer::is_within(at, pointer));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The items of the list at `list` have other places now: the new one for the old, or none if it is gone.
    pub fn renumber(&mut self, list: &str, place: impl Fn(usize) -> Option<usize>) {
        let old = std::mem::take(&mut self.0);
        for (at, secret) in old {
            let moved = match at.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) {
                None => Some(at),
                Some(rest) => {
                    let (number, below) = rest.split_once('/').map_or((rest, None), |(n, below)| (n, Some(below)));
                    match number.parse().map(&place) {
                        Err(_) => Some(at),
                        Ok(None) => None,
                        Ok(Some(number)) => {
                            let item = pointer::child(list, &number.to_string());
                            Some(below.map_or(item.clone(), |below| format!("{item}/{below}")))
                        }
                    }
                }
            };
            if let Some(at) = moved {
                self.0.insert(at, secret);
            }
        }
    }
}

/// Whether a text takes its value from the environment: `${NAME}`.
pub fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}
