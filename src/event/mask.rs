//! Masking of secrets, where values enter events.

use serde_json::Value;

/// What stands in a secret's place.
pub const MASKED: &str = "••••";

/// The value with everything masked that stands under a key that names a secret, such as `api_key`, `dbPassword` or
/// `OPENAI_API_KEY`. `null`, booleans and empty texts stay, since whether a secret is set is worth seeing; so do
/// numbers under a key that names tokens, which count them, however deep they stand there.
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

/// Whether a key names a secret, so that a text under it is one.
pub fn names_secret(key: &str) -> bool {
    !matches!(Secrecy::of(key), Secrecy::Open)
}

/// Words, one after the other, that make a key name a secret.
const SECRET_WORDS: &[&[&str]] = &[
    &["api", "key"],
    &["api", "keys"],
    &["apikey"],
    &["access", "key"],
    &["accesskey"],
    &["private", "key"],
    &["privatekey"],
    &["session", "key"],
    &["signing", "key"],
    &["encryption", "key"],
    &["ssh", "key"],
    &["auth", "key"],
    &["account", "key"],
    &["master", "key"],
    &["accesstoken"],
    &["authtoken"],
    &["refreshtoken"],
    &["bearer"],
    &["jwt"],
    &["secret"],
    &["secrets"],
    &["password"],
    &["passwords"],
    &["passwd"],
    &["pwd"],
    &["passcode"],
    &["passphrase"],
    &["authorization"],
    &["connection", "string"],
    &["credential"],
    &["credentials"],
];

/// Words that make a key name a secret when they stand last in it: `auth_url` or `cookie_policy` name none.
const SECRET_LAST_WORDS: &[&str] = &["auth", "cookie", "cookies"];

/// Beside `token` or `tokens`, these say that tokens are counted, or otherwise told about.
const ABOUT_TOKENS: &[&str] =
    &["max", "min", "count", "counts", "limit", "budget", "usage", "used", "total", "num", "number", "type"];

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
        let is_about = |words: &[&str]| words.iter().any(|word| names(&[word]));
        let last = words.last().map_or("", String::as_str);
        if SECRET_WORDS.iter().any(|secret| names(secret)) || SECRET_LAST_WORDS.contains(&last) {
            Secrecy::Secret
        } else if is_about(&["token", "tokens"]) && !is_about(ABOUT_TOKENS) {
            Secrecy::Token
        } else {
            Secrecy::Open
        }
    }

    fn mask(self, value: &Value) -> Value {
        match (self, value) {
            (_, Value::Null | Value::Bool(_)) | (Secrecy::Token, Value::Number(_)) => value.clone(),
            (_, Value::String(text)) if text.is_empty() => value.clone(),
            (Secrecy::Token, Value::Array(items)) => items.iter().map(|item| self.mask(item)).collect(),
            (Secrecy::Token, Value::Object(fields)) => {
                Value::Object(fields.iter().map(|(key, field)| (key.clone(), self.mask(field))).collect())
            }
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
            "tokens",
            "auth",
            "proxyAuth",
            "authorization",
            "bearer",
            "Set-Cookie",
            "cookies",
            "pwd",
            "passphrase",
            "session_key",
            "AWS_SECRET_ACCESS_KEY",
            "access_key",
            "refreshToken",
            "authtoken",
            "connectionString",
        ];
        for key in keys {
            assert_eq!(mask(&json!({ key: "hush" })), json!({ key: MASKED }), "{key}");
        }
    }

    #[test]
    fn other_keys_are_not() {
        let open = json!({
            "max_tokens": 5, "token_count": "12", "token_limit": "4k", "token_type": "word", "tokenizer": "bpe",
            "author": "Ann", "authority": "x", "auth_url": "https://a", "authorized": "yes", "cookie_policy": "none",
            "key": "x", "keyboard": "y", "foreign_key": "id", "secretary": "Ann", "path": "/srv", "monkey": 1,
            "bear": "x", "session": "x", "access": "read", "passes": ["a"], "compass": "n",
        });
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
        let usage = json!({"tokens": {"input": 5, "output": [6, 7]}, "completion_tokens": 3});
        assert_eq!(mask(&usage), usage);
        assert_eq!(mask(&json!({"tokens": [{"value": "hush"}]})), json!({"tokens": [{"value": MASKED}]}));
    }
}
