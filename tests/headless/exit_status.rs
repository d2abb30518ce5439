//! How the program ends, and which words it leaves.

use std::process::Stdio;

use rustix::process::Signal;

use crate::support::{Finished, Live, PATIENCE, Project, Screen, of_type};

#[test]
fn wrong_usage_is_2_and_says_what_would_be_right() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let usage = |args: &[&str], words: &str| {
        let ended = project.run(args.iter().copied()).assert_exit(2).assert_err(words);
        assert_eq!(ended.out, "", "an error stands in the output");
    };
    usage(&["run", "chours", "x"], "did you mean `chorus`?");
    usage(&["agent", "run", "ehco", "x"], "did you mean `echo`?");
    usage(&["run", "chorus", "x", "--grant", "spawn"], "PLUGIN:PERMISSION");
    usage(&["run", "chorus", "x", "--grant", "echo:fly"], "the permissions are");
    usage(&["run", "chorus", "x", "--grant", "ehco:spawn=sh"], "there is no plugin `ehco`");
    usage(&["run", "chorus", "x", "--config", "missing.yaml"], "can't read missing.yaml");
    usage(&["run", "chorus", "x", "--timeout", "soon"], "--timeout");
    usage(&["agent", "run", "echo", "x", "--context", "{"], "not JSON");
    usage(&["run", "chorus", "x", "--nope"], "--nope");
    usage(&["run", "chorus"], "REQUIREMENTS");
    usage(&["plugin", "show", "nobody"], "there is no plugin `nobody`");
    usage(&["runs", "show", "999"], "there is no run #999");
    usage(&["--project", "/nowhere/at/all", "plugin", "list"], "--project DIR");
    let list = project.write("list.yaml", "- 1\n");
    usage(&["run", "chorus", "x", "--config", list.to_str().unwrap()], "holds no object");
}

#[test]
fn the_workbench_needs_a_terminal() {
    Project::new().run([]).assert_exit(2).assert_err("the workbench needs a terminal").assert_err("--help");
}

#[test]
fn a_run_that_takes_too_long_has_failed() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let ended = project.run(["agent", "run", "slow", "for ever", "--timeout", "200ms", "--json"]).assert_exit(1);
    let events = ended.run();
    assert_eq!(events.last().unwrap()["status"], "failed");
    assert!(events.last().unwrap()["reason"].as_str().unwrap().contains("took longer than 200ms"), "{events:?}");
}

#[test]
fn an_interrupted_run_is_cancelled_and_says_by_whom() {
    for (signal, by) in [(Signal::INT, "Ctrl-C"), (Signal::TERM, "SIGTERM")] {
        let project = Project::new();
        project.add_approved("echo", "{}");
        let mut live = Live::start(&project, ["agent", "run", "slow", "for ever", "--json"]);
        live.wait_for_output(".");
        live.signal(signal);
        let events = live.finish().assert_exit(130).run();
        let end = events.last().unwrap();
        assert_eq!(end["status"], "cancelled");
        assert_eq!(end["reason"], format!("cancelled by {by}"));
        assert_eq!(of_type(&events, "agent_finished")[0]["status"], "cancelled");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let mut command = project.command(["run", "chorus", "x", "--json"]);
    let closed = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map(|mut child| {
        drop(child.stdout.take());
        child.wait_with_output().unwrap()
    });
    assert_eq!(String::from_utf8(closed.unwrap().stderr).unwrap(), "");
}

#[test]
fn in_a_terminal_a_subcommand_prints_and_ends() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let mut screen = Screen::start(&project, 120, 40, ["agent", "run", "upper", "loud"]);
    assert!(screen.wait_exit().success());
    assert!(screen.text().contains("upper │ LOUD"), "{}", screen.text());
}

#[test]
fn the_current_folder_is_the_project_unless_another_is_named() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let dir = project.dir().display().to_string();
    let mut elsewhere = project.command(["--project", &dir, "agent", "run", "upper", "loud"]);
    elsewhere.current_dir(project.state_dir());
    Finished::of(elsewhere, PATIENCE).assert_exit(0).assert_out("upper │ LOUD\n");
}
