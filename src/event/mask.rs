//! Masking of secrets, where values enter events.

use serde_json::Value;

/// What stands in a secret's place.
pub const MASKED: &str = "••••";

/// The value with everything masked that stands under a key that names a secret, such as `api_key`, `dbPassword` or
/// `OPENAI_API_KEY`. `null`, booleans and empty texts stay, since whether a secret is set is worth seeing; so do
/// numbers under a key that names tokens, which count them.
pub fn mask(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        Value::Array(items) => Value::Array(items.iter().map(mask).collect()),
        Value::Object(fields) => {
            let masked = fields.iter().map(|(key, field)| {
                let field = match Secrecy::of(key) {
                    Secrecy::Open => mask(field),
                    secrecy => secrecy.mask(field),
                };
                (key.clone(), field)
            });
            Value::Object(masked.collect())
        }
    }
}

/// Words, one after the other, that make a key name a secret.
const SECRET_WORDS: &[&[&str]] = &[
    &["api", "key"],
    &["apikey"],
    &["access", "key"],
    &["private", "key"],
    &["privatekey"],
    &["secret"],
    &["secrets"],
    &["password"],
    &["passwords"],
    &["passwd"],
    &["passphrase"],
    &["authorization"],
    &["credential"],
    &["credentials"],
];

#[derive(Clone, Copy)]
enum Secrecy {
    Open,
    Secret,
    Token,
}

impl Secrecy {
    fn of(key: &str) -> Secrecy {
        let words = words(key);
        let names = |secret: &[&str]| words.windows(secret.len()).any(|window| window == secret);
        if SECRET_WORDS.iter().any(|secret| names(secret)) {
            Secrecy::Secret
        } else if names(&["token"]) {
            Secrecy::Token
        } else {
            Secrecy::Open
        }
    }

    fn mask(self, value: &Value) -> Value {
        match (self, value) {
            (_, Value::Null | Value::Bool(_)) | (Secrecy::Token, Value::Number(_)) => value.clone(),
            (_, Value::String(text)) if text.is_empty() => value.clone(),
            _ => Value::String(MASKED.to_owned()),
        }
    }
}

/// The words of a key in `snake_case`, `kebab-case`, `camelCase` or any mixture, in small letters.
fn words(key: &str) -> Vec<String> {
    let chars: Vec<char> = key.chars().collect();
    let mut words = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let after_small = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        // The last capital of `APIKey` starts the next word.
        let before_small = chars.get(at + 1).is_some_and(|after| after.is_lowercase())
            && before.is_some_and(|before| before.is_uppercase());
        if c.is_uppercase() && (after_small || before_small) || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_name_a_secret_are_masked_however_they_are_written() {
        let keys = [
            "api_key",
            "apikey",
            "API-KEY",
            "apiKey",
            "APIKey",
            "OPENAI_API_KEY",
            "token",
            "accessToken",
            "secret",
            "client_secret",
            "password",
            "dbPassword",
            "passwd",
            "Authorization",
            "credentials",
            "private_key",
            "api_key_2",
        ];
        for key in keys {
            assert_eq!(mask(&json!({ key: "hush" })), json!({ key: MASKED }), "{key}");
        }
    }

    #[test]
    fn other_keys_are_not() {
        let open = json!({"max_tokens": 4096, "tokenizer": "bpe", "key": "x", "secretary": "Ann", "path": "/srv", "monkey": 1});
        assert_eq!(mask(&open), open);
    }

    #[test]
    fn a_whole_subtree_is_masked_and_nested_keys_are_found() {
        let value = json!({"providers": [{"name": "a", "credentials": {"user": "u", "pin": 1234}}], "password": 1234});
        let masked = json!({"providers": [{"name": "a", "credentials": MASKED}], "password": MASKED});
        assert_eq!(mask(&value), masked);
    }

    #[test]
    fn whether_a_secret_is_set_and_counts_of_tokens_stay_visible() {
        let value = json!({"api_key": null, "token": "", "use_password": true, "token_limit": 10});
        assert_eq!(mask(&value), value);
    }
}
