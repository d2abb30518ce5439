//! `orchestrator config`, through the real program.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::json;

use crate::support::{Finished, PATIENCE, Project};

const MANIFEST: &str = "\
name: demo
version: 1.0.0
description: Is set
config_schema:
  type: object
  additionalProperties: false
  required: [greeting]
  properties:
    greeting: {type: string, description: what it says first}
    api_key: {type: string}
    retry:
      type: object
      properties:
        attempts: {type: integer, default: 3, maximum: 9}
    tags: {type: array, items: {type: string}}
";

const SECRET: &str = "sk-very-secret-indeed";

/// A project with a plugin whose code is never run.
fn project() -> Project {
    let project = Project::new();
    project.write("plugins/demo/plugin.yaml", MANIFEST);
    project.write("plugins/demo/main.py", "");
    project
}

fn file(project: &Project) -> String {
    std::fs::read_to_string(project.dir().join("config/plugins/demo.json")).unwrap()
}

fn with_input<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>, input: &str) -> Finished {
    let given = project.dir().join("given");
    std::fs::File::create(&given).unwrap().write_all(input.as_bytes()).unwrap();
    let mut command = project.command(args);
    command.stdin(Stdio::from(std::fs::File::open(given).unwrap()));
    Finished::of(command, PATIENCE)
}

#[test]
fn values_are_set_read_and_removed_by_their_types() {
    let project = project();
    project.run(["config", "set", "demo", "greeting", "12"]).assert_exit(0).assert_out("is saved");
    project.run(["config", "set", "demo", "retry.attempts", "5"]).assert_exit(0);
    project.run(["config", "set", "demo", "/tags", "[\"a\"]"]).assert_exit(0);
    project.run(["config", "set", "demo", "/tags/-", "b"]).assert_exit(0);
    project.run(["config", "set", "demo", "log_level", "debug"]).assert_exit(0);
    let expected = json!({"greeting": "12", "retry": {"attempts": 5}, "tags": ["a", "b"], "log_level": "debug"});
    assert_eq!(serde_json::from_str::<serde_json::Value>(&file(&project)).unwrap(), expected);
    assert_eq!(project.run(["config", "get", "demo", "retry", "--json"]).json(), json!({"attempts": 5}));
    project.run(["config", "unset", "demo", "retry.attempts"]).assert_exit(0);
    project.run(["config", "get", "demo", "retry.attempts"]).assert_exit(0).assert_out("3\n");
    project.run(["config", "show", "demo"]).assert_exit(0).assert_out("schema default").assert_out("general default");
    let path = project.run(["config", "path", "demo"]).assert_exit(0);
    path.assert_out("config/plugins/demo.json");
}

#[test]
fn what_is_wrong_is_said_and_not_saved() {
    let project = project();
    project
        .run(["config", "set", "demo", "retry.attempts", "10"])
        .assert_exit(2)
        .assert_err("`retry.attempts` is 10, but the most is 9")
        .assert_err("`greeting` is missing; it is required (what it says first)");
    project.run(["config", "set", "demo", "retry.attempts", "many"]).assert_exit(2).assert_err("integer");
    project.run(["config", "get", "demo", "nothing"]).assert_exit(2).assert_err("`nothing` is not set");
    project.write("config/plugins/demo.json", "{\n  \"greeting\": 5,\n  \"enabled\": 1\n}\n");
    let wrong = project.run(["config", "validate", "demo"]).assert_exit(1);
    wrong.assert_out("demo.json:2:15: `greeting` must be text").assert_out("demo.json:3:14: `enabled` must be");
    project.run(["plugin", "approve", "demo"]);
    let plugin = project.plugin("demo");
    assert_eq!(plugin["state"], "broken");
    assert!(plugin["reason"].as_str().unwrap().contains("demo.json:2:15"), "{plugin}");
    with_input(&project, ["config", "validate", "demo", "-"], "{\"greeting\": \"hi\"}").assert_exit(0);
    project.run(["--readonly", "config", "set", "demo", "greeting", "x"]).assert_exit(3);
}

#[test]
fn a_secret_comes_from_the_standard_input_and_is_shown_nowhere() {
    let project = project();
    project.write("config/plugins/demo.json", "{\"greeting\": \"hi\"}\n");
    let refused = project.run(["config", "set", "demo", "api_key", SECRET]).assert_exit(2);
    refused.assert_err("give it on the standard input");
    with_input(&project, ["config", "set", "demo", "api_key", "-"], &format!("{SECRET}\n")).assert_exit(0);
    assert!(file(&project).contains("\"${secret:api_key}\""), "{}", file(&project));
    let kept = project.own_state().join("secrets/demo.json");
    assert!(std::fs::read_to_string(&kept).unwrap().contains(SECRET));
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let commands: [&[&str]; 5] = [
        &["config", "show", "demo"],
        &["config", "show", "demo", "--json"],
        &["config", "get", "demo", "api_key"],
        &["config", "history", "demo", "--json"],
        &["config", "diff", "demo"],
    ];
    for command in commands {
        let shown = project.run(command.iter().copied()).assert_exit(0);
        assert!(!shown.out.contains(SECRET) && !shown.err.contains(SECRET), "{command:?}: {}", shown.out);
    }
    project
        .run(["config", "set", "demo", "api_key", "${NOT_HERE_AT_ALL}"])
        .assert_exit(0)
        .assert_out("NOT_HERE_AT_ALL");
    project.run(["config", "validate", "demo"]).assert_exit(1).assert_out("`NOT_HERE_AT_ALL`");
}

#[test]
fn an_editor_changes_it_and_what_is_wrong_is_kept_for_another_try() {
    let project = project();
    project.write("config/plugins/demo.json", "{\"greeting\": \"hi\"}\n");
    let editor = |name: &str, script: &str| {
        let path = project.write(name, &format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = project.command(["config", "edit", "demo"]);
        command.env_remove("VISUAL").env("EDITOR", path);
        Finished::of(command, PATIENCE)
    };
    editor("good", "sed -i s/hi/hello/ \"$1\"").assert_exit(0);
    assert_eq!(file(&project), "{\"greeting\": \"hello\"}\n");
    editor("idle", "true").assert_exit(0).assert_out("nothing was changed");
    let wrong =
        editor("bad", "echo '{\"greeting\": 1}' > \"$1\"").assert_exit(2).assert_err(":1:14: `greeting` must be");
    let kept = wrong.err.rsplit_once("kept in ").unwrap().1.trim();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "{\"greeting\": 1}\n");
    std::fs::remove_file(kept).unwrap();
    editor("failing", "exit 3").assert_exit(1).assert_err("nothing is saved");
    assert_eq!(file(&project), "{\"greeting\": \"hello\"}\n");
}

#[test]
fn versions_are_kept_compared_and_restored() {
    let project = project();
    for greeting in ["one", "two", "three"] {
        project.run(["config", "set", "demo", "greeting", greeting]).assert_exit(0);
    }
    let versions = project.run(["config", "history", "demo", "--json"]).assert_exit(0).json();
    assert_eq!(versions.as_array().unwrap().len(), 3);
    project
        .run(["config", "diff", "demo"])
        .assert_exit(0)
        .assert_out("-  \"greeting\": \"two\"")
        .assert_out("+  \"greeting\": \"three\"");
    let first = versions[2]["id"].as_str().unwrap();
    project.run(["config", "restore", "demo", first]).assert_exit(0);
    assert!(file(&project).contains("one"));
    project.run(["config", "restore", "demo", "99"]).assert_exit(2).assert_err("there is no version `99`");
}

#[test]
fn the_applications_own_settings_are_listed_with_their_defaults() {
    let project = Project::new();
    project.write("config/orchestrator.yaml", "run_timeout: 90s\n");
    let settings = project.run(["config", "show", "--app", "--json"]).assert_exit(0).json();
    let all = settings["settings"].as_array().unwrap();
    let run = all.iter().find(|setting| setting["name"] == "run_timeout").unwrap();
    assert_eq!((run["value"].as_str(), run["default"].as_str()), (Some("90s"), Some("1h")));
    project.run(["config", "show", "--app"]).assert_exit(0).assert_out("sandbox.memory_mb");
    project.write("config/orchestrator.yaml", "theme: dark\nrun_timeout: soon\n");
    project.run(["config", "show", "--app"]).assert_exit(1).assert_err("orchestrator.yaml:2:14");
}
