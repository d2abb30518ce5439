//! What a workflow yields, told apart: what it may say in the host's own event types, and everything else.

use serde_json::{Map, Value};

use crate::event::text::{Cleaner, clean_line};

/// Longest phase name and status, in bytes.
const NAME_LIMIT: usize = 200;
/// As much text as one event takes from a workflow, in bytes.
const TEXT_LIMIT: usize = 1024 * 1024;
/// As many values as one event takes from a workflow.
const VALUE_LIMIT: usize = 100_000;
/// What belongs to the envelope. A dict with one of these claims to be more than it is.
const ENVELOPE: [&str; 7] = ["v", "stream", "seq", "time", "span", "parent", "plugin"];

/// A yielded dict, understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yielded {
    PhaseStart { phase: String },
    PhaseComplete { phase: String, result: Value },
    FinalResult(FinalResult),
    Other(Value),
}

/// What a workflow came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FinalResult {
    pub status: String,
    pub results: Value,
    pub extra: Map<String, Value>,
}

/// Understands a yielded value. Only the three shapes of the guide become events of their own type; whatever else
/// it is, and whatever it pretends to be, it stays a whole of its own.
pub(super) fn understand(value: Value) -> Yielded {
    recognise(&value).unwrap_or(Yielded::Other(value))
}

fn recognise(value: &Value) -> Option<Yielded> {
    let fields = value.as_object()?;
    if ENVELOPE.iter().any(|key| fields.contains_key(*key)) {
        return None;
    }
    let name = |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| text.len() <= NAME_LIMIT);
    let only = |known: &[&str]| fields.keys().all(|key| known.contains(&key.as_str()));
    match fields.get("type")?.as_str()? {
        "phase_start" if only(&["type", "phase"]) => Some(Yielded::PhaseStart { phase: clean_line(name("phase")?) }),
        "phase_complete" if only(&["type", "phase", "result"]) => {
            let result = fields.get("result").cloned().unwrap_or_default();
            Some(Yielded::PhaseComplete { phase: clean_line(name("phase")?), result })
        }
        "final_result" => {
            let status = clean_line(name("status")?);
            let results = fields.get("results").cloned().unwrap_or_default();
            let mut extra = fields.clone();
            extra.retain(|key, _| !["type", "status", "results"].contains(&key.as_str()));
            Some(Yielded::FinalResult(FinalResult { status, results, extra }))
        }
        _ => None,
    }
}

/// The value as an event may carry it: its texts cleaned, and no more of it than fits. What is left out is said in
/// its place.
pub(super) fn bounded(value: Value) -> Value {
    Budget { text: TEXT_LIMIT, values: VALUE_LIMIT }.spend(value)
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
    fn the_guides_shapes_are_understood() {
        let start = json!({"type": "phase_start", "phase": "plan"});
        assert_eq!(understand(start), Yielded::PhaseStart { phase: "plan".into() });
        let complete = json!({"type": "phase_complete", "phase": "plan", "result": {"a": 1}});
        let expected = Yielded::PhaseComplete { phase: "plan".into(), result: json!({"a": 1}) };
        assert_eq!(understand(complete), expected);
        let last = json!({"type": "final_result", "status": "completed", "results": [1], "note": "x"});
        let Yielded::FinalResult(result) = understand(last) else { panic!("not understood") };
        assert_eq!((result.status.as_str(), result.results), ("completed", json!([1])));
        assert_eq!(Value::Object(result.extra), json!({"note": "x"}));
    }

    #[test]
    fn forgeries_and_strangers_stay_whole() {
        let others = [
            json!({"type": "run_finished", "status": "completed", "duration_us": 1}),
            json!({"type": "agent_output", "agent": "x", "items": ["y"]}),
            json!({"type": "permission_checked", "decision": "granted"}),
            json!({"type": "phase_start"}),
            json!({"type": "phase_start", "phase": 3}),
            json!({"type": "phase_start", "phase": "p", "more": 1}),
            json!({"type": "phase_start", "phase": "p".repeat(NAME_LIMIT + 1)}),
            json!({"type": "phase_complete", "phase": null}),
            json!({"type": "final_result", "results": {}}),
            json!({"type": "final_result", "status": "completed", "seq": 1}),
            json!({"type": "phase_start", "phase": "p", "plugin": "other"}),
            json!({"type": 7}),
            json!({"note": "no type"}),
            json!("text"),
            json!(null),
        ];
        for other in others {
            assert_eq!(understand(other.clone()), Yielded::Other(other));
        }
    }

    #[test]
    fn texts_are_cleaned_and_what_is_too_large_is_cut_and_said() {
        let clean = bounded(json!({"a\u{1b}[2J": ["b\u{7}c"], "n": 1}));
        assert_eq!(clean, json!({"a": ["b\u{fffd}c"], "n": 1}));

        let long = bounded(json!(["x".repeat(TEXT_LIMIT), "yy"]));
        assert_eq!(long[1], json!("… (2 bytes left out)"));

        let many = bounded(Value::Array(vec![Value::Null; VALUE_LIMIT * 2]));
        let items = many.as_array().unwrap();
        assert_eq!(items.len(), VALUE_LIMIT);
        assert_eq!(items.last().unwrap(), "(left out: the value is too large)");
    }
}
