//! Which values are secrets.

use serde_json::Value;

use super::defaults::resolve;
use crate::config::json::pointer;
use crate::event::mask;

const MAX_DEPTH: usize = 16;

/// Whether a field's schema, or its name, says that its value is a secret. Only texts are: a flag or a count under such
/// a name is none.
pub fn is_secret(name: &str, schema: &Value) -> bool {
    let holds_text = match schema.get("type") {
        Some(Value::String(one)) => one == "string",
        Some(Value::Array(many)) => many.iter().any(|one| one == "string"),
        // A choice is no secret.
        _ => schema.get("enum").is_none() && schema.get("const").is_none() && schema.get("properties").is_none(),
    };
    let is_said = schema.get("format").and_then(Value::as_str) == Some("password")
        || schema.get("writeOnly").and_then(Value::as_bool) == Some(true);
    holds_text && (is_said || (mask::names_secret(name) && schema.get("enum").is_none()))
}

/// The pointers of all secrets that the schema declares and `values` has, set or not. Those in lists are there as often
/// as the list has entries.
pub fn pointers(schema: Option<&Value>, values: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let open = Value::Bool(true);
    let schema = schema.unwrap_or(&open);
    collect(schema, schema, "", Some(values), "", 0, &mut found);
    found
}

fn collect(
    root: &Value,
    schema: &Value,
    name: &str,
    value: Option<&Value>,
    at: &str,
    depth: usize,
    found: &mut Vec<String>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    let written = schema;
    let schema = resolve(root, schema);
    let is_text = value.is_none_or(|value| value.is_string() || value.is_null());
    if !at.is_empty() && is_text && (is_secret(name, schema) || is_secret(name, written)) {
        if !found.iter().any(|other| other == at) {
            found.push(at.to_owned());
        }
        return;
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            collect(root, part, name, value, at, depth + 1, found);
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let member = value.and_then(|value| value.get(name));
        collect(root, property, name, member, &pointer::child(at, name), depth + 1, found);
    }
    let open = Value::Bool(true);
    match value {
        Some(Value::Object(members)) => {
            let more = schema.get("additionalProperties").unwrap_or(&open);
            for (name, member) in members {
                if properties.is_none_or(|properties| !properties.contains_key(name)) {
                    collect(root, more, name, Some(member), &pointer::child(at, name), depth + 1, found);
                }
            }
        }
        Some(Value::Array(items)) => {
            let each = schema.get("items").unwrap_or(&open);
            for (index, item) in items.iter().enumerate() {
                // The entries of a list of secrets are secrets.
                collect(root, each, name, Some(item), &pointer::child(at, &index.to_string()), depth + 1, found);
            }
        }
        _ => {}
    }
}
