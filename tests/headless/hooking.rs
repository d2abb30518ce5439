//! One chain of handlers in processes of several languages.

use serde_json::{Value, json};

use crate::python;
use crate::support::{Project, of_type};

/// Three plugins: the names of the second and third say where they run.
fn project(config: &str) -> Option<Project> {
    let project = python::project()?;
    project.add_approved("echo", "{}");
    project.add_fixture_as("hooking", "native");
    project.add_python_fixture_as("hooking", "python");
    for plugin in ["native", "python"] {
        project.write(&format!("config/plugins/{plugin}.json"), config);
        project.run(["plugin", "approve", plugin]).assert_exit(0).assert_out("is active");
    }
    Some(project)
}

/// What a plugin noted of the deliveries to it.
fn deliveries(project: &Project, plugin: &str) -> Vec<Value> {
    let notes = std::fs::read_to_string(project.own_state().join(format!("data/{plugin}/deliveries.jsonl"))).unwrap();
    notes.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn handlers_in_rust_and_python_get_each_others_changes() {
    let config = r#"{"hooks": {"pre_workflow_execution": "change", "post_workflow_execution": "change"}}"#;
    let Some(project) = project(config) else { return };
    let events = project.run(["run", "chorus", "x", "--json"]).assert_exit(0).run();
    let extra = &of_type(&events, "final_result")[0]["extra"];
    assert_eq!(extra["trail"], json!(["python", "native"]), "post hooks run in reverse");
    for plugin in ["native", "python"] {
        let [before, after] = &deliveries(&project, plugin)[..] else { panic!("not two deliveries") };
        assert_eq!(
            (&before["hook"], &after["hook"]),
            (&json!("pre_workflow_execution"), &json!("post_workflow_execution"))
        );
        assert_eq!(before["args"].as_array().unwrap().len(), 1);
        assert_eq!(after["args"][0]["trail"], json!(["native", "python"]));
    }
}
