//! The fields of a plugin's log line, made fit for an event.

use serde_json::{Map, Value};

use crate::event::value;

/// Fields that are longer than this as JSON, in bytes, are left out.
const LIMIT: usize = 8 * 1024;

/// The fields with their texts cleaned and their secrets masked; of fields that are too large, only how large.
pub(super) fn fit(fields: Map<String, Value>) -> Map<String, Value> {
    if fields.is_empty() {
        return fields;
    }
    let fields = Value::Object(fields);
    let length = fields.to_string().len();
    if length > LIMIT {
        return Map::from_iter([("left_out".to_owned(), format!("{length} bytes of fields").into())]);
    }
    match value::fit(fields) {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fitted(fields: Value) -> Value {
        Value::Object(fit(fields.as_object().cloned().unwrap()))
    }

    #[test]
    fn texts_are_cleaned_secrets_masked_and_too_much_is_left_out() {
        let fields = json!({"a\u{1b}[2J": ["b\u{1b}]0;x\u{7}"], "n": 1, "api_key": "sk-1"});
        assert_eq!(fitted(fields), json!({"a": ["b"], "n": 1, "api_key": "••••"}));
        assert_eq!(fitted(json!({})), json!({}));
        let left_out = fitted(json!({"x": "y".repeat(LIMIT)}));
        assert_eq!(left_out, json!({"left_out": "8200 bytes of fields"}));
    }
}
