//! What `docs/hooks.md` says that handlers get, against what they got.

use std::collections::BTreeMap;

use orchestrator_protocol::hook::HookName;
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../docs/hooks.md");

/// Fields whose content is a workflow's or a plugin's own: an example can only show some of it.
const OWN: [&str; 4] = ["config", "results", "before", "after"];
/// Fields that may be null instead, as the document says.
const OR_NULL: [&str; 2] = ["caller", "context"];

/// The example of each hook's section.
fn examples() -> BTreeMap<&'static str, Vec<Value>> {
    let sections = DOCUMENT.split("\n## ").skip(1);
    let example = |section: &'static str| {
        let name = section.strip_prefix('`')?.split_once('`')?.0;
        let json = section.split_once("```json\n").unwrap_or_else(|| panic!("{name} has no example")).1;
        let json = json.split_once("```").unwrap().0;
        let parts = serde_json::from_str(json).unwrap_or_else(|error| panic!("{name}: {error}"));
        Some((name, parts))
    };
    sections.filter_map(example).collect()
}

/// Fails unless every delivery has the shape of its hook's example, and every hook has an example and was delivered.
#[track_caller]
pub fn assert_documented(noted: &[(String, Vec<Value>)]) {
    let examples = examples();
    for hook in HookName::ALL.map(HookName::as_str) {
        let example = examples.get(hook).unwrap_or_else(|| panic!("{hook} is not documented"));
        let mut delivered = noted.iter().filter(|(name, _)| name == hook).peekable();
        assert!(delivered.peek().is_some(), "{hook} was never delivered");
        for (_, args) in delivered {
            assert_eq!(args.len(), example.len(), "{hook} has other arguments: {args:?}");
            for (at, (part, example)) in args.iter().zip(example).enumerate() {
                let is_reason = hook == "run_end" && at == 2 && part.is_null();
                if let (false, Err(differs)) = (is_reason, fits(part, example)) {
                    panic!("{hook}, argument {}: {differs}\ndelivered: {part}", at + 1);
                }
            }
        }
    }
    // Of the events in a batch only those of the example's type can be compared.
    let batches = noted.iter().filter(|(hook, _)| hook == "run_event");
    let mut events = batches.flat_map(|(_, args)| args[0]["events"].as_array().unwrap());
    let example = &examples["run_event"][0]["events"][0];
    assert!(events.any(|event| event["type"] == example["type"]), "the example's event never happened");
}

fn fits(value: &Value, example: &Value) -> Result<(), String> {
    match (value, example) {
        (Value::Object(value), Value::Object(example)) => {
            let keys = |object: &serde_json::Map<String, Value>| {
                let mut keys: Vec<String> = object.keys().cloned().collect();
                keys.sort();
                keys
            };
            if keys(value) != keys(example) {
                return Err(format!("its fields are {:?}, not {:?}", keys(value), keys(example)));
            }
            for (key, example) in example {
                let value = &value[key];
                let is_own = OWN.contains(&key.as_str()) && kind(value) == kind(example);
                let may_be_null = OR_NULL.contains(&key.as_str()) && value.is_null();
                if !is_own && !may_be_null {
                    fits(value, example).map_err(|differs| format!("`{key}`: {differs}"))?;
                }
            }
            Ok(())
        }
        (Value::Array(values), Value::Array(examples)) => {
            let Some(example) = examples.first() else { return Ok(()) };
            let same_type = |value: &&Value| value["type"] == example["type"];
            values.iter().filter(same_type).try_for_each(|value| fits(value, example))
        }
        _ if kind(value) == kind(example) => Ok(()),
        _ => Err(format!("it is {}, not {}", kind(value), kind(example))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
