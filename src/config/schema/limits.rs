//! How large a schema may be.

use serde_json::Value;

use super::SchemaFault;

const MAX_NODES: usize = 20_000;
const MAX_DEPTH: usize = 64;
/// The longest of its texts, in bytes.
const MAX_TEXT: usize = 64 * 1024;

pub(super) fn check(schema: &Value) -> Result<(), SchemaFault> {
    let mut left = MAX_NODES;
    count(schema, 0, &mut left)
}

fn count(value: &Value, depth: usize, left: &mut usize) -> Result<(), SchemaFault> {
    *left = left.checked_sub(1).ok_or_else(|| SchemaFault(format!("it has more than {MAX_NODES} values")))?;
    if depth > MAX_DEPTH {
        return Err(SchemaFault(format!("it is nested more than {MAX_DEPTH} deep")));
    }
    match value {
        Value::String(text) if text.len() > MAX_TEXT => {
            Err(SchemaFault(format!("one of its texts is longer than {} KiB", MAX_TEXT / 1024)))
        }
        Value::Array(items) => items.iter().try_for_each(|item| count(item, depth + 1, left)),
        Value::Object(fields) => fields.values().try_for_each(|field| count(field, depth + 1, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}
