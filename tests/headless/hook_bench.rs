//! Projects whose plugins handle hooks as their configs say, and what became of the deliveries.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Project, of_type};

/// Which code a plugin is made of, and where it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In the host's process.
    Trusted,
    /// In a process of its own.
    Native,
    Python,
}

/// A project with the plugin `echo`, whose workflow `chorus` runs agents.
pub fn project() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

/// Whether the machine has a Python for plugins.
pub fn has_python() -> bool {
    super::python::project().is_some()
}

/// Adds a plugin of `tests/fixtures/hooking`, allowed as an operator would.
pub fn add(project: &Project, kind: Kind, name: &str, config: &Value) {
    let how = match kind {
        Kind::Trusted => "trust",
        Kind::Native | Kind::Python => "approve",
    };
    match kind {
        Kind::Trusted | Kind::Native => project.add_fixture_as("hooking", name),
        Kind::Python => project.add_python_fixture_as("hooking", name),
    }
    project.write(&format!("config/plugins/{name}.json"), &config.to_string());
    project.run(["plugin", how, name]).assert_exit(0);
}

/// Each delivery of a hook in a run to the plugins named so: who, and what became of it.
pub fn outcomes(events: &[Value], hook: &str, plugins: &[&str]) -> Vec<(String, String)> {
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let all = of_type(events, "hook_finished");
    let wanted = all.iter().filter(|event| event["hook"] == hook);
    let named = wanted.filter(|event| plugins.contains(&event["plugin"].as_str().unwrap_or_default()));
    named.map(|event| (text(event, "plugin"), text(event, "outcome"))).collect()
}

/// What a plugin noted of each delivery: the hook and the payload.
pub fn noted(project: &Project, plugin: &str) -> Vec<(String, Vec<Value>)> {
    let file = project.own_state().join("data").join(plugin).join("deliveries.jsonl");
    let text = read(&file);
    // The plugin may be at its next line.
    let lines = text.rfind('\n').map_or("", |end| &text[..end]);
    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let note = |value: Value| (value["hook"].as_str().unwrap().to_owned(), value["args"].as_array().unwrap().clone());
    lines.lines().map(parse).map(note).collect()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// A config in which each of these hooks does the same.
pub fn each(hooks: &[&str], does: &str) -> Value {
    let hooks: serde_json::Map<String, Value> = hooks.iter().map(|hook| ((*hook).to_owned(), does.into())).collect();
    json!({ "hooks": hooks })
}
