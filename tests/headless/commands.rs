//! `command_agents`: programs as agents.
#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use serde_json::json;

use crate::support::{Live, PATIENCE, Project, Watched, of_type, output_of, skip};

/// A project with these scripts as agents, each named like its file, and all of them as the chain.
struct Scripts {
    project: Project,
    grants: Vec<String>,
}

impl Scripts {
    fn new(scripts: &[(&str, &str)]) -> Self {
        let project = Project::new();
        let mut agents = Vec::new();
        let mut grants = Vec::new();
        for (name, script) in scripts {
            let path = project.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            agents.push(json!({"name": name, "command": path, "args": ["{task}"], "stdin": "{input}"}));
            grants.extend(["--grant".to_owned(), format!("command_agents:spawn={}", path.display())]);
        }
        let chain: Vec<_> = scripts.iter().map(|(name, _)| json!({ "agent": name })).collect();
        let config = json!({"agents": agents, "chain": chain}).to_string();
        project.write("config/plugins/command_agents.json", &config);
        Scripts { project, grants }
    }

    /// The arguments, and the permission to start all of them.
    fn granted<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        args.iter().copied().chain(self.grants.iter().map(String::as_str)).collect()
    }
}

#[test]
fn what_a_program_prints_streams_with_its_colours() {
    let scripts = Scripts::new(&[("colours", r#"printf '\033[31mred\033[0m plain %s\n' "$1"; echo beside >&2"#)]);
    let done = scripts.project.run(scripts.granted(&["agent", "run", "colours", "a task", "--json"])).assert_exit(0);
    let events = done.run();
    let said = output_of(&events, "colours");
    assert!(said.contains("\u{1b}[31mred\u{1b}[0m plain a task\n"), "{said:?}");
    assert!(said.contains("beside\n"), "{said:?}");
    let checked = of_type(&events, "permission_checked")[0];
    assert_eq!((&checked["permission"], &checked["decision"]), (&"spawn".into(), &"granted".into()));
    assert_eq!(checked["rule"], "granted for this run");
}

#[test]
fn the_exit_status_is_the_outcome() {
    let scripts = Scripts::new(&[("fails", "echo before; exit 3"), ("dies", "kill -9 $$")]);
    for (agent, words) in [("fails", "ended with exit status 3"), ("dies", "was ended by signal 9")] {
        let ended = scripts.project.run(scripts.granted(&["agent", "run", agent, "x", "--json"])).assert_exit(1);
        let events = ended.run();
        assert!(events.last().unwrap()["reason"].as_str().unwrap().contains(words), "{events:?}");
        assert_eq!(of_type(&events, "agent_finished")[0]["status"], "failed");
    }
}

#[test]
fn starting_a_program_that_nobody_allowed_is_denied_and_the_remedy_names_the_flag() {
    let scripts = Scripts::new(&[("works", "touch ran"), ("other", "true")]);
    let flag = scripts.grants[1].clone();
    let denied = scripts.project.run(["agent", "run", "works", "x"]).assert_exit(3);
    let denied = denied.assert_err("command_agents lacks permission: spawn").assert_err(&format!("--grant {flag}"));
    assert_eq!(denied.out, "");
    let other = scripts.grants[3].as_str();
    scripts.project.run(["agent", "run", "works", "x", "--grant", other]).assert_exit(3);
    assert!(!scripts.project.dir().join("ran").exists(), "the program was started all the same");

    scripts.project.run(["agent", "run", "works", "x", "--grant", &flag]).assert_exit(0);
    assert!(scripts.project.dir().join("ran").exists());
}

#[test]
fn a_chain_hands_output_on_and_stops_at_the_first_failure() {
    let scripts = Scripts::new(&[
        ("first", "echo one"),
        ("second", "printf 'got: '; cat"),
        ("third", "cat >/dev/null; exit 1"),
        ("fourth", "touch ran"),
    ]);
    let ended = scripts.project.run(scripts.granted(&["run", "command_chain", "go", "--json"])).assert_exit(1);
    let events = ended.run();
    assert_eq!(output_of(&events, "second"), "got: one\n");
    let result = of_type(&events, "final_result")[0];
    assert_eq!(result["status"], "failed");
    let steps: Vec<_> = result["results"]["steps"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
    assert_eq!(steps, ["completed", "completed", "failed"]);
    assert_eq!(result["results"]["skipped"], json!(["fourth"]));
    assert!(!scripts.project.dir().join("ran").exists());

    let steps = r#"steps=[{"agent": "first"}, {"agent": "second"}]"#;
    let args = ["run", "command_chain", "go", "--config", steps, "--json"];
    let events = scripts.project.run(scripts.granted(&args)).assert_exit(0).run();
    assert_eq!(of_type(&events, "final_result")[0]["results"]["output"], "got: one\n");
}

#[test]
fn a_program_that_is_not_there_fails_in_words() {
    let project = Project::new();
    project.write(
        "config/plugins/command_agents.json",
        r#"{"agents": [{"name": "gone", "command": "no-such-program-anywhere"}]}"#,
    );
    project
        .run(["agent", "run", "gone", "x", "--grant", "command_agents:spawn=no-such-program-anywhere"])
        .assert_exit(1)
        .assert_err("the program `no-such-program-anywhere` is in none of the folders of PATH");
}

#[test]
fn an_agents_own_time_limit_ends_its_program() {
    let scripts = Scripts::new(&[("sleeps", "echo asleep; exec sleep 1000")]);
    let path = scripts.project.dir().join("bin/sleeps");
    let config = json!({"agents": [{"name": "sleeps", "command": path, "timeout": 1}]}).to_string();
    scripts.project.write("config/plugins/command_agents.json", &config);
    let ended = scripts.project.run(scripts.granted(&["agent", "run", "sleeps", "x", "--json"])).assert_exit(1);
    let events = ended.run();
    assert!(events.last().unwrap()["reason"].as_str().unwrap().contains("longer than 1s"), "{events:?}");
}

/// Starts a program with a child in a session of its own that ignores SIGTERM, ends the host with `signal`, and
/// waits for the end of both.
fn the_whole_tree_ends_with(signal: Signal) -> Option<Live> {
    if std::process::Command::new("setsid").arg("--version").output().is_err() {
        skip("there is no `setsid`, with which a program leaves its session");
        return None;
    }
    let scripts = Scripts::new(&[(
        "family",
        "setsid sh -c 'trap \"\" TERM; echo child $$; exec sleep 1000' &\necho parent $$\nwait\nexec sleep 1000",
    )]);
    let mut live = Live::start(&scripts.project, scripts.granted(&["agent", "run", "family", "x", "--json"]));
    let mut said = String::new();
    while !(said.contains("child ") && said.contains("parent ") && said.lines().count() == 2 && said.ends_with('\n')) {
        let event = live.wait_for("the family's numbers", |event| event["type"] == "agent_output");
        said.extend(event["items"].as_array().unwrap().iter().filter_map(|item| item.as_str()));
    }
    let family: Vec<_> = said
        .lines()
        .map(|line| {
            line.split_once(' ').and_then(|(_, number)| number.parse().ok()).unwrap_or_else(|| panic!("{said}"))
        })
        .map(Watched::new)
        .collect();
    live.signal(signal);
    for member in family {
        assert!(member.ends_within(PATIENCE), "a process outlives the run: {said}");
    }
    Some(live)
}

#[test]
fn cancel_ends_the_whole_tree() {
    let Some(live) = the_whole_tree_ends_with(Signal::INT) else { return };
    let events = live.finish().assert_exit(130).run();
    assert_eq!(events.last().unwrap()["reason"], "cancelled by Ctrl-C");
}

#[test]
fn the_hosts_own_death_ends_the_whole_tree() {
    let Some(live) = the_whole_tree_ends_with(Signal::KILL) else { return };
    assert!(live.process.ends_within(PATIENCE));
}
