//! JSON pointers (RFC 6901), and the dotted names that people say for them.

use serde_json::Value;

/// The pointer of a member of what `parent` points at.
pub fn child(parent: &str, name: &str) -> String {
    format!("{parent}/{}", escape(name))
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The parts of a pointer, unescaped.
pub fn parts(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// The pointer of what it is in, and its own name there; none for the whole document.
pub fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, name) = pointer.rsplit_once('/')?;
    Some((parent, name.replace("~1", "/").replace("~0", "~")))
}

/// Whether `pointer` is `above` or something in it.
pub fn is_within(pointer: &str, above: &str) -> bool {
    pointer.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a person wrote: a pointer if it begins with `/` or is empty, else names with dots between them.
pub fn of_words(words: &str) -> String {
    if words.is_empty() || words.starts_with('/') {
        return words.to_owned();
    }
    words.split('.').fold(String::new(), |pointer, name| child(&pointer, name))
}

/// For people: `retry.attempts`, `servers[2].host`; `config` for the whole document.
pub fn words(pointer: &str) -> String {
    let mut words = String::new();
    for part in parts(pointer) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && !words.is_empty() {
            words.push_str(&format!("[{part}]"));
        } else {
            if !words.is_empty() {
                words.push('.');
            }
            words.push_str(&part);
        }
    }
    if words.is_empty() { "config".to_owned() } else { words }
}

/// Every value that is not a filled object, with its pointer, in the document's order. A list is one value.
pub fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect<'v>(value: &'v Value, pointer: String, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(fields) if !fields.is_empty() || pointer.is_empty() => {
            for (name, field) in fields {
                collect(field, child(&pointer, name), found);
            }
        }
        _ => found.push((pointer, value)),
    }
}
