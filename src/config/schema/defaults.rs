//! What a schema says of what is left out.

use serde_json::{Map, Value};

use super::refs::target;
use crate::config::json::pointer;

/// References that are followed for one default.
const MAX_REFS: usize = 16;
/// Defaults may bring objects whose members have defaults, and so on.
const MAX_DEPTH: usize = 16;

/// Fills in what `values` leaves out and the schema has a default for, in objects within objects too, and tells the
/// pointers of what was filled in. An object that is absent and has no default of its own appears if a member of it has
/// one and the schema does not leave it to be absent or null.
pub fn fill(schema: &Value, values: &mut Map<String, Value>) -> Vec<String> {
    let mut filled = Vec::new();
    fill_at(schema, schema, values, "", 0, &mut filled);
    filled
}

fn fill_at(
    root: &Value,
    schema: &Value,
    values: &mut Map<String, Value>,
    at: &str,
    depth: usize,
    filled: &mut Vec<String>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    let schema = resolve(root, schema);
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        fill_at(root, part, values, at, depth + 1, filled);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let here = pointer::child(at, name);
        // Beside a reference, a default counts for this use of it.
        let default = property.get("default").or_else(|| resolve(root, property).get("default"));
        if !values.contains_key(name)
            && let Some(default) = default
        {
            filled.push(here.clone());
            values.insert(name.clone(), default.clone());
        }
        match values.get_mut(name) {
            Some(Value::Object(members)) => fill_at(root, property, members, &here, depth + 1, filled),
            Some(_) => {}
            None => {
                let mut members = Map::new();
                fill_at(root, property, &mut members, &here, depth + 1, filled);
                if !members.is_empty() {
                    values.insert(name.clone(), Value::Object(members));
                }
            }
        }
    }
}

/// What a schema that is a reference stands for.
pub(super) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    for _ in 0..MAX_REFS {
        match schema.get("$ref").and_then(Value::as_str).and_then(|reference| target(root, reference)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}
