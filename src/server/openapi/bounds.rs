//! How much a plugin's document may be.

use serde_json::Value;

/// Values within values. What reads a document may do so recursively.
const DEPTH: usize = 48;
/// Values in all.
const VALUES: usize = 50_000;
/// Bytes of all keys and texts.
const BYTES: usize = 2 * 1024 * 1024;

/// What is too much of it, in words.
pub fn check(document: &Value) -> Result<(), String> {
    let (mut values, mut bytes) = (0_usize, 0_usize);
    // Not recursive: nobody knows yet how deep it is.
    let mut open = vec![(document, 0)];
    while let Some((value, depth)) = open.pop() {
        values += 1;
        match value {
            Value::String(text) => bytes += text.len(),
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => {
                bytes += fields.keys().map(String::len).sum::<usize>();
                open.extend(fields.values().map(|field| (field, depth + 1)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        if depth > DEPTH {
            return Err(format!("it is deeper than {DEPTH} levels"));
        }
        if values > VALUES || bytes > BYTES {
            return Err(format!("it has more than {VALUES} values, or more than {} MiB", BYTES >> 20));
        }
    }
    Ok(())
}
