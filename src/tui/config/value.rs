//! A value as one types it, and back.
//!
//! What was typed is always some value: `12a` in a field for numbers becomes a text, which the check then refuses.
//! So the document always holds what is on the screen.

use serde_json::{Number, Value};

use super::row::Shape;

/// How a value is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    Text,
    Secret,
    Number,
    Json,
}

/// How a value is shown while it is typed. [`read`] gives it back.
pub fn shown(notation: Notation, value: &Value) -> String {
    match (notation, value) {
        (Notation::Text | Notation::Secret, Value::String(text)) => text.clone(),
        (Notation::Number, Value::String(text)) if read(notation, text).as_ref() == Ok(value) => text.clone(),
        (Notation::Json, value) => serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()),
        _ => value.to_string(),
    }
}

/// What was typed, as a value; why it is none, where nothing but JSON will do.
pub fn read(notation: Notation, text: &str) -> Result<Value, String> {
    match notation {
        Notation::Text | Notation::Secret => Ok(Value::from(text)),
        Notation::Number => Ok(match serde_json::from_str::<Value>(text.trim()) {
            // In quotes it is the text that it was.
            Ok(value @ (Value::Number(_) | Value::String(_))) => value,
            _ => Value::from(text),
        }),
        Notation::Json => serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}")),
    }
}

/// A number so many steps on, within its bounds; nothing of what is no number.
pub fn stepped(shape: &Shape<'_>, from: Option<&Value>, steps: i64) -> Option<Value> {
    match shape {
        Shape::Integer { min, max, step } => {
            let from = from.map_or(Some(0), Value::as_i64)?;
            let next = from.saturating_add(steps.saturating_mul(*step));
            Some(next.max(min.unwrap_or(i64::MIN)).min(max.unwrap_or(i64::MAX)).into())
        }
        Shape::Number { min, max, step } => {
            let from = from.map_or(Some(0.0), Value::as_f64)?;
            let next = from + steps as f64 * step;
            let next = next.max(min.unwrap_or(f64::NEG_INFINITY)).min(max.unwrap_or(f64::INFINITY));
            // Tenths add up to more digits than anybody typed.
            let rounded = (next * 1e9).round() / 1e9;
            if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
                return Some((rounded as i64).into());
            }
            Number::from_f64(rounded).map(Value::Number)
        }
        _ => None,
    }
}
