//! What a workflow yields, told apart: what it may say in the host's own event types, and everything else.

use serde_json::{Map, Value};

use crate::event::text::clean_line;

/// Longest phase name and status, in bytes.
const NAME_LIMIT: usize = 200;
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
}
