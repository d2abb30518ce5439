//! What a document must look like, by a JSON Schema (2020-12 or draft-07) that a plugin brings.
//!
//! [`Schema::compile`] refuses a schema that is wrong, too large, or refers to anything but itself: that is its author's
//! fault, a [`SchemaFault`]. [`Schema::check`] tells what is wrong in a document, in words for the one who wrote it.
//! [`field`] says which control shows a schema's values, [`defaults`] what it says of what is left out, and [`secret`]
//! where its secrets are.
//!
//! A schema is a stranger's: patterns match in linear time, no reference leaves the schema, and what checking a document
//! would take is found out before it is done ([`cost`]).

mod cost;
pub mod defaults;
pub mod field;
mod limits;
mod refs;
pub mod secret;
#[cfg(test)]
mod tests;
pub mod typed;
mod words;

use std::fmt;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

pub use field::{Field, FieldKind, classify};

/// Violations beyond these in one document help nobody.
const MAX_VIOLATIONS: usize = 50;
/// The most that a compiled pattern may take, in bytes.
const PATTERN_BYTES: usize = 1024 * 1024;

/// A schema that can't be used, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemaFault(pub String);

/// Something in a document that the schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which value; of a missing one, where it would be.
    pub pointer: String,
    /// Which field, what is wrong and what is allowed.
    pub message: String,
    /// Whether it is the field's name that is wrong, not its value.
    pub is_name: bool,
}

/// A schema that documents can be checked with.
pub struct Schema {
    source: Value,
    validator: Validator,
}

impl Schema {
    /// Takes a few milliseconds for a large one.
    pub fn compile(source: &Value) -> Result<Self, SchemaFault> {
        limits::check(source)?;
        refs::check(source)?;
        let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
        let options = jsonschema::options().offline().should_validate_formats(true).with_pattern_options(patterns);
        let validator = options.build(source).map_err(|error| {
            let at = words::shown_pointer(&error.instance_path().to_string());
            SchemaFault(format!("{at}: {}", words::of_fault(&error)))
        })?;
        Ok(Schema { source: source.clone(), validator })
    }

    /// What is wrong in a document; nothing when it is right. What stands at the pointers of `secrets` is not told. A
    /// document that would take too long to check is a fault of the schema's.
    pub fn check(&self, document: &Value, secrets: &[String]) -> Result<Vec<Violation>, SchemaFault> {
        cost::check(&self.source, document)?;
        if self.validator.is_valid(document) {
            return Ok(Vec::new());
        }
        let words = words::Words { schema: &self.source, secrets };
        let violations = self.validator.iter_errors(document).take(MAX_VIOLATIONS);
        let mut violations: Vec<Violation> = violations.flat_map(|error| words.violations(&error)).collect();
        violations.dedup();
        Ok(violations)
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.source).finish()
    }
}
