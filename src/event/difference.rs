//! What is different between two values, place by place.

use serde::Serialize;
use serde_json::Value;

/// One place where two values differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Keys and indices, joined by dots; empty for the whole value.
    pub path: String,
    /// Absent where there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where there is nothing now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// All places where they differ, in their order. What is in both is gone into; a list's items are compared by their
/// place.
pub fn difference(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    let within = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let new = after.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(new) {
                compare(within(key), before.get(key), after.get(key), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for at in 0..before.len().max(after.len()) {
                compare(within(&at.to_string()), before.get(at), after.get(at), found);
            }
        }
        (before, after) => found.push(Difference { path, before: before.cloned(), after: after.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_added_removed_and_changed_is_told_with_its_place() {
        let before = json!({"a": {"x": 1, "y": 2}, "list": [1, 2, 3], "gone": null, "same": "s"});
        let after = json!({"a": {"x": 1, "y": "2"}, "list": [1, 5], "same": "s", "new": {"z": []}});
        let told: Vec<_> =
            difference(&before, &after).into_iter().map(|place| (place.path, place.before, place.after)).collect();
        let expected = [
            ("a.y", Some(json!(2)), Some(json!("2"))),
            ("list.1", Some(json!(2)), Some(json!(5))),
            ("list.2", Some(json!(3)), None),
            ("gone", Some(Value::Null), None),
            ("new", None, Some(json!({"z": []}))),
        ];
        assert_eq!(told, expected.map(|(path, before, after)| (path.to_owned(), before, after)));
        assert_eq!(difference(&before, &before), []);
        assert_eq!(difference(&json!("a"), &json!("b"))[0].path, "");
    }
}
