//! A JSON value for a person: its shape and its short parts, in a bounded number of lines.

use serde_json::Value;

use super::table::brief;

/// Lines of the whole outline.
const LINES: usize = 60;
/// Lines of one text.
const TEXT_LINES: usize = 12;
/// Items of one list.
const ITEMS: usize = 5;
/// Columns of a value on one line.
const WIDTH: usize = 100;

/// Lines for `value`, two spaces deeper for each level. What was left out is said where it is missing.
pub fn outline(value: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    push(&mut lines, 0, "", value);
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("… {more} more lines"));
    }
    lines
}

fn push(lines: &mut Vec<String>, depth: usize, name: &str, value: &Value) {
    let label = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let indent = "  ".repeat(depth);
    if let Some(short) = on_one_line(value) {
        lines.push(format!("{indent}{label}{short}"));
        return;
    }
    if !name.is_empty() {
        lines.push(format!("{indent}{}", label.trim_end()));
    }
    let inner = if name.is_empty() { depth } else { depth + 1 };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                push(lines, inner, name, value);
            }
        }
        Value::Array(items) => {
            for item in items.iter().take(ITEMS) {
                push(lines, inner, "-", item);
            }
            if items.len() > ITEMS {
                lines.push(format!("{}… {} more", "  ".repeat(inner), items.len() - ITEMS));
            }
        }
        Value::String(text) => {
            lines.extend(text.lines().take(TEXT_LINES).map(|line| format!("{}{line}", "  ".repeat(inner))));
            let more = text.lines().count().saturating_sub(TEXT_LINES);
            if more > 0 {
                lines.push(format!("{}… {more} more lines", "  ".repeat(inner)));
            }
        }
        // These are always short.
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Scalars, and lists and objects of nothing but short ones.
fn on_one_line(value: &Value) -> Option<String> {
    let line = match value {
        Value::Null => "–".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.lines().nth(1).is_none() => return Some(brief(text.trim_end(), WIDTH)),
        Value::String(_) => return None,
        Value::Array(items) => {
            let words: Option<Vec<_>> = items.iter().map(scalar).collect();
            words?.join(", ")
        }
        Value::Object(fields) => {
            let words: Option<Vec<_>> =
                fields.iter().map(|(name, value)| scalar(value).map(|word| format!("{name} {word}"))).collect();
            words?.join(", ")
        }
    };
    (line.chars().count() <= WIDTH).then_some(line)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::String(text) if text.lines().nth(1).is_none() => Some(text.clone()),
        Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_parts_stand_on_one_line_and_long_ones_below() {
        let value = json!({
            "status": "completed",
            "findings": {"error": 0, "warning": 2},
            "review": {"text": "a\nb", "steps": [1, 2]},
        });
        let expected = [
            "status: completed",
            "findings: error 0, warning 2",
            "review:",
            "  text:",
            "    a",
            "    b",
            "  steps: 1, 2",
        ];
        assert_eq!(outline(&value), expected);
    }

    #[test]
    fn what_is_left_out_is_said() {
        let many: Vec<Value> = (0..9).map(|n| json!({"n": n, "inner": {"list": ["a\nb"]}})).collect();
        let lines = outline(&json!({"many": many}));
        assert!(lines.contains(&"  … 4 more".to_owned()), "{lines:#?}");
        let long = "x\n".repeat(20);
        assert_eq!(outline(&json!({"text": long})).last().unwrap(), "  … 8 more lines");
    }
}
