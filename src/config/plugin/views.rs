//! What is told of a plugin's config.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::document::Spot;
use crate::event::Timestamp;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The config file.
    File,
    /// A default of the plugin's schema.
    Schema,
    /// A default that every plugin has.
    General,
    /// A variable of the environment, which the file names.
    Environment,
    /// The user's own folder; the file has a reference to it.
    Secret,
}

impl Origin {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::File => "file",
            Origin::Schema => "schema default",
            Origin::General => "general default",
            Origin::Environment => "environment",
            Origin::Secret => "secret",
        }
    }
}

/// One value of a config. A list is one value; an object is as many as it has members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfigValue {
    /// A JSON pointer.
    pub pointer: String,
    /// Secrets masked.
    pub value: Value,
    pub origin: Origin,
}

/// Something wrong in a config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigProblem {
    /// Which value; of a missing one, where it would be; empty for the whole text.
    pub pointer: String,
    /// Which field, what is wrong and what is allowed.
    pub message: String,
    /// From 1, in the document's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// From 1, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl ConfigProblem {
    pub(super) fn at(pointer: impl Into<String>, message: impl Into<String>, spot: Option<Spot>) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        ConfigProblem {
            pointer: pointer.into(),
            message: message.into(),
            line: spot.map(|spot| number(spot.line)),
            column: spot.map(|spot| number(spot.column)),
        }
    }
}

impl std::fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "{line}:{column}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

/// A text that the config file once had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigVersion {
    pub id: String,
    /// When it was saved, or found.
    pub time: Timestamp,
    pub who: String,
    pub bytes: u64,
}

/// A secret that is set, or forgotten.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretChange {
    pub pointer: String,
    /// Nothing forgets it, and removes its reference.
    pub value: Option<String>,
}

impl std::fmt::Debug for SecretChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.value.is_some() { "set" } else { "forgotten" };
        write!(f, "SecretChange({} {what})", self.pointer)
    }
}
