//! What checking a document takes, found out before it is done.
//!
//! References may lead to the same schema on many ways, so that a small schema asks for more checks than there are
//! seconds. The number follows from each schema and value alone, so each pair is counted once.

use std::collections::HashMap;

use serde_json::Value;

use super::SchemaFault;
use super::refs::{Part, parts};

/// More applications of a schema to a value than these are refused.
const MAX_CHECKS: u64 = 2_000_000;
/// More pairs of a schema and a value are not counted.
const MAX_PAIRS: usize = 500_000;

/// Refuses what would take too long.
pub(super) fn check(root: &Value, document: &Value) -> Result<(), SchemaFault> {
    let mut count = Count { root, counted: HashMap::new(), parts: HashMap::new() };
    match count.checks(root, document) {
        Some(checks) if checks <= MAX_CHECKS => Ok(()),
        Some(_) | None => Err(SchemaFault(
            "checking this config would take too long: its references lead to the same parts on too many ways"
                .to_owned(),
        )),
    }
}

struct Count<'s> {
    root: &'s Value,
    counted: HashMap<(*const Value, *const Value), u64>,
    parts: HashMap<*const Value, std::rc::Rc<Vec<Part<'s>>>>,
}

impl<'s> Count<'s> {
    /// How many checks; none when there are too many to count.
    fn checks(&mut self, schema: &'s Value, value: &Value) -> Option<u64> {
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(value));
        if let Some(counted) = self.counted.get(&pair) {
            return Some(*counted);
        }
        if self.counted.len() >= MAX_PAIRS {
            return None;
        }
        let root = self.root;
        let own = self.parts.entry(pair.0).or_insert_with(|| std::rc::Rc::new(parts(root, schema))).clone();
        let mut here: u64 = 1;
        let mut deeper: u64 = 0;
        for part in own.iter() {
            match part {
                Part::Here(part) => here = here.saturating_add(self.checks(part, value)?),
                Part::Member(name, part) => {
                    if let Some(member) = value.get(name) {
                        deeper = deeper.saturating_add(self.checks(part, member)?);
                    }
                }
                Part::Each(part) => {
                    for member in members(value) {
                        deeper = deeper.saturating_add(self.checks(part, member)?);
                    }
                }
            }
        }
        // Alternatives are looked at once to choose and once more to tell what is wrong; what was not evaluated is
        // found by evaluating again.
        let again = ["anyOf", "oneOf", "not", "if", "unevaluatedProperties", "unevaluatedItems"];
        let factor = 1 + again.iter().filter(|keyword| schema.get(**keyword).is_some()).count() as u64;
        let checks = here.saturating_mul(factor).saturating_add(deeper);
        if checks > MAX_CHECKS {
            return None;
        }
        self.counted.insert(pair, checks);
        Some(checks)
    }
}

fn members(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Box::new(std::iter::empty()),
    }
}
