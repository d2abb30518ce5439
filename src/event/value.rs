//! Values from plugins, made fit for an event where they enter.

use serde_json::Value;

use super::mask::mask;
use super::text::{Cleaner, clean_line};

/// As much text as one event takes from a value, in bytes.
const TEXT_LIMIT: usize = 1024 * 1024;
/// As many values as one event takes from a value.
const VALUE_LIMIT: usize = 100_000;

/// The value as an event may carry it: its texts cleaned, its secrets masked, and no more of it than fits. What is
/// left out is said in its place.
pub fn fit(value: Value) -> Value {
    // Cleaned first: a key must not hide what it names behind characters that nobody sees.
    mask(&Budget { text: TEXT_LIMIT, values: VALUE_LIMIT }.spend(value))
}

struct Budget {
    text: usize,
    values: usize,
}

impl Budget {
    fn spend(&mut self, value: Value) -> Value {
        if self.values == 0 {
            return Value::String("(left out: the value is too large)".to_owned());
        }
        self.values -= 1;
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
            Value::String(text) => Value::String(self.spend_text(Cleaner::new().clean(&text))),
            Value::Array(items) => {
                // One marker stands for all that has no room.
                let room = self.values.saturating_add(1).min(items.len());
                Value::Array(items.into_iter().take(room).map(|item| self.spend(item)).collect())
            }
            Value::Object(fields) => {
                let room = self.values.saturating_add(1).min(fields.len());
                let spent = fields.into_iter().take(room).map(|(key, field)| {
                    let key = self.spend_text(clean_line(&key));
                    (key, self.spend(field))
                });
                Value::Object(spent.collect())
            }
        }
    }

    fn spend_text(&mut self, mut text: String) -> String {
        let kept = text.floor_char_boundary(self.text);
        let left_out = text.len() - kept;
        if left_out > 0 {
            text.truncate(kept);
            text += &format!("… ({left_out} bytes left out)");
        }
        self.text -= kept;
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_cleaned_secrets_masked_and_what_is_too_large_is_cut_and_said() {
        let clean = fit(json!({"a\u{1b}[2J": ["b\u{7}c"], "n": 1}));
        assert_eq!(clean, json!({"a": ["b\u{fffd}c"], "n": 1}));

        let secret = fit(json!({"api\u{200b}_key": "hush"}));
        assert_eq!(secret, json!({"api_key": "••••"}));

        let long = fit(json!(["x".repeat(TEXT_LIMIT), "yy"]));
        assert_eq!(long[1], json!("… (2 bytes left out)"));

        let many = fit(Value::Array(vec![Value::Null; VALUE_LIMIT * 2]));
        let items = many.as_array().unwrap();
        assert_eq!(items.len(), VALUE_LIMIT);
        assert_eq!(items.last().unwrap(), "(left out: the value is too large)");
    }
}
