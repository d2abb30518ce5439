//! The messages as files under `golden/`, which other implementations of the protocol test against too.
//!
//! A file is named after the message that it shows, after what a call calls, or, with `value_` before it, after the value
//! of an item or an end.
#![allow(clippy::unwrap_used)]

mod files;
mod names;
mod samples;

use std::collections::BTreeSet;

use files::{File, Golden};
use orchestrator_protocol::target::{ApiRequest, ExecRequest, HostTarget};
use orchestrator_protocol::{CallError, CallId, ErrorKind, Message, ToHost, ToPlugin};
use serde_json::{Value, json};

const NAMES: &str = include_str!("../../golden/names.json");

/// Calls a generic function with every sample, in both directions.
macro_rules! for_each_sample {
    ($check:path) => {{
        let mut results = Vec::new();
        results.extend(samples::to_plugin().iter().map($check));
        results.extend(samples::to_host().iter().map($check));
        results.extend(samples::hook_replies().iter().map($check));
        results.extend(samples::exec_outcomes().iter().map($check));
        results.extend(samples::run_outcomes().iter().map($check));
        results.push($check(&samples::events_page()));
        results.push($check(&samples::agent_outcome()));
        results.push($check(&samples::exec_output()));
        samples::api_responses().iter().for_each(|sample| results.push($check(sample)));
        samples::api_parts().iter().for_each(|sample| results.push($check(sample)));
        results
    }};
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
fn every_message_is_written_as_its_file_shows() {
    fn check<G: Golden>(sample: &G) {
        let File { name, text } = sample.file();
        assert_eq!(pretty(sample), text, "golden/{name}.json");
    }
    for_each_sample!(check);
}

#[test]
fn every_file_is_read_as_the_message_it_shows() {
    fn check<G: Golden>(sample: &G) {
        let File { name, text } = sample.file();
        assert_eq!(&serde_json::from_str::<G>(text).unwrap(), sample, "golden/{name}.json");
    }
    for_each_sample!(check);
}

#[test]
fn unknown_fields_are_ignored() {
    fn check<G: Golden>(sample: &G) {
        let mut value = serde_json::to_value(sample).unwrap();
        add_unknown(&mut value);
        assert_eq!(&serde_json::from_value::<G>(value.clone()).unwrap(), sample, "{value}");
    }
    for_each_sample!(check);
}

/// Adds a field to every object whose fields the protocol names.
fn add_unknown(value: &mut Value) {
    const FREE: [&str; 10] =
        ["args", "config", "config_schema", "context", "env", "fields", "request", "result", "value", "headers"];
    match value {
        Value::Object(object) => {
            for (_, inner) in object.iter_mut().filter(|(name, _)| !FREE.contains(&name.as_str())) {
                add_unknown(inner);
            }
            object.insert("of_a_later_version".into(), json!({"deep": [1]}));
        }
        Value::Array(array) => array.iter_mut().for_each(add_unknown),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_file_shows_something() {
    fn name<G: Golden>(sample: &G) -> String {
        sample.file().name.to_owned()
    }
    let mut shown: BTreeSet<String> = for_each_sample!(name).into_iter().collect();
    shown.insert("names".into());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(files, shown);
}

#[test]
fn the_names_are_listed() {
    assert_eq!(pretty(&names::all()), NAMES);
}

#[test]
fn an_unknown_kind_of_error_is_unknown_and_no_more() {
    let error: CallError = serde_json::from_str(r#"{"kind":"of_a_later_version","message":"no"}"#).unwrap();
    assert_eq!(error, CallError::new(ErrorKind::Unknown, "no"));
}

#[test]
fn what_is_optional_may_be_absent() {
    let read = |text: &str| serde_json::from_str::<ToHost>(text).unwrap();
    assert_eq!(read(r#"{"type":"end","id":1}"#), Message::End { id: CallId(1), value: Value::Null });
    assert_eq!(read(r#"{"type":"cancel","id":1}"#), Message::Cancel { id: CallId(1), reason: String::new() });
    assert_eq!(read(r#"{"type":"bye"}"#), Message::Bye(Default::default()));
    assert_eq!(read(r#"{"type":"initialized"}"#), Message::Initialized(Default::default()));
    let call = read(r#"{"type":"call","id":1,"target":{"kind":"exec","program":"ls"},"credit":{"items":1,"bytes":1}}"#);
    let Message::Call { parent: None, deadline_ms: None, target: HostTarget::Exec(exec), .. } = call else {
        panic!("{call:?}")
    };
    let bare = ExecRequest { program: "ls".into(), args: vec![], env: [].into(), dir: None, stdin: None };
    assert_eq!(exec, bare);

    // Each optional field of a greeting, left out alone.
    let absent = |file: &str, object: &str, field: &str| {
        let mut value: Value = serde_json::from_str(file).unwrap();
        let removed = value.pointer_mut(object).unwrap().as_object_mut().unwrap().shift_remove(field);
        assert!(removed.is_some(), "{object}/{field} is not in the file");
        let understood = serde_json::from_value::<ToHost>(value.clone()).is_ok()
            || serde_json::from_value::<ToPlugin>(value).is_ok();
        assert!(understood, "{object} needs {field}");
    };
    let initialized = include_str!("../../golden/initialized.json");
    for (object, fields) in [
        ("", &["agents", "workflows", "routes", "hooks", "degraded"][..]),
        ("/agents/0", &["role", "provider", "timeout_ms"]),
        ("/workflows/0", &["description", "agents", "config_schema"]),
        ("/routes/0", &["description"]),
        ("/hooks/0", &["priority", "timeout_ms", "on_failure"]),
    ] {
        fields.iter().for_each(|field| absent(initialized, object, field));
    }
    let initialize = include_str!("../../golden/initialize.json");
    absent(initialize, "", "declared");
    absent(initialize, "", "permissions");
    absent(initialize, "/permissions/0", "scope");
    for field in ["class", "agents", "workflows", "routers", "hooks"] {
        absent(initialize, "/declared", field);
    }
    let request: ApiRequest = serde_json::from_str(r#"{"method":"GET","path":"/"}"#).unwrap();
    assert_eq!((request.query.as_str(), request.body.len(), request.headers.len()), ("", 0, 0));
}
