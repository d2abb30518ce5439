//! Several processes with one project open: what is decided in one terminal counts in the others at once.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{Finished, Live, PATIENCE, Project, Screen, skip};

/// A run whose plugin uses `execute_agent` until somebody ends it.
fn long_run(project: &Project) -> Live {
    let mut live = Live::start(project, ["run", "chorus", "x", "--config", "voice=slow", "--json"]);
    live.wait_for_output(".");
    live
}

/// A run of the operator's own, for which the plugin needs no permission.
fn long_agent(project: &Project) -> Live {
    let mut live = Live::start(project, ["agent", "run", "slow", "x", "--json"]);
    live.wait_for_output(".");
    live
}

fn echo() -> Project {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project
}

fn control(project: &Project) -> PathBuf {
    project.own_state().join("control")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The end of a run that was denied because of what happened in another terminal.
#[track_caller]
fn assert_denied(live: Live) -> Value {
    let end = live.finish().assert_exit(3).run().pop().unwrap();
    assert_eq!(end["status"], "denied");
    assert!(end["reason"].as_str().unwrap().contains("echo lacks permission: execute_agent"), "{end}");
    end
}

#[test]
fn a_revocation_ends_what_uses_it_says_who_heard_it_and_leaves_the_rest() {
    let project = echo();
    let (run, mut beside) = (long_run(&project), long_agent(&project));
    let revoked = project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    revoked
        .assert_out(&format!("process {}", run.process.id()))
        .assert_out(&format!("in effect in `orchestrator agent run`, process {}", beside.process.id()));
    let end = assert_denied(run);
    beside.wait_for("what the other run says afterwards", |event| {
        event["type"] == "agent_output" && event["time"].as_str() > end["time"].as_str()
    });
    beside.signal(Signal::INT);
    beside.finish().assert_exit(130);
    assert_eq!(names(&control(&project)), [""; 0], "hosts that have ended left something behind");
}

#[test]
fn an_answer_for_the_session_is_kept_by_the_hosts_that_live_and_written_nowhere() {
    let project = echo();
    let file = || std::fs::read(project.dir().join("config/permissions.yaml")).unwrap();
    let before = file();
    let run = long_run(&project);
    let process = run.process.id();
    let denied = project.run(["permission", "deny", "echo", "execute_agent", "--session", "--json"]).assert_exit(0);
    let done = denied.json();
    assert_eq!(done["done"], "shared", "{done}");
    let host = &done["hosts"][0];
    assert_eq!((&host["process"], &host["in_effect"]), (&json!(process), &json!(true)), "{done}");
    assert_denied(run);
    assert_eq!(file(), before);
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn what_only_a_workbench_remembers_is_revoked_from_another_terminal() {
    let project = echo();
    project.run(["permission", "reset", "echo", "execute_agent"]).assert_exit(0);
    let mut screen = Screen::start(&project, 200, 50, []);
    screen.wait_for("● echo");
    let heard = format!("in effect in the workbench, process {}", screen.process.id());
    let grant = ["permission", "grant", "echo", "execute_agent", "--session"];
    project.run(grant).assert_exit(0).assert_out(&heard).assert_out("kept in memory alone");
    project.run(["run", "chorus", "x"]).assert_exit(3);
    screen.launch("chorus", "x", &["voice=slow"]);
    screen.wait_for("....");
    let revoked = project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    revoked.assert_out("nothing was changed in the files").assert_out(&heard).assert_out("is forgotten");
    screen.wait_for("denied");
    screen.quit();
    project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(1);
}

#[test]
fn a_plugin_that_is_approved_in_another_terminal_is_loaded_where_it_was_held() {
    let project = Project::new();
    project.add_fixture("echo");
    let mut screen = Screen::start(&project, 160, 40, []);
    screen.wait_for("◇ echo");
    let approved = project.run(["plugin", "approve", "echo"]).assert_exit(0);
    approved.assert_out(&format!("in effect in the workbench, process {}", screen.process.id()));
    screen.wait_for("● echo");
    screen.quit();
}

#[test]
fn a_host_that_does_not_answer_is_named_and_what_is_in_the_files_counts_there_all_the_same() {
    let project = echo();
    let run = long_run(&project);
    run.signal(Signal::STOP);
    let revoked = project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(1);
    revoked
        .assert_out("no longer has execute_agent")
        .assert_out(&format!("not in effect in another host, process {}: nothing came within 1 s", run.process.id()));
    run.signal(Signal::CONT);
    assert_denied(run);
}

#[test]
fn what_a_killed_host_left_behind_is_removed_by_the_next_who_looks() {
    let project = echo();
    let run = long_run(&project);
    let process = run.process.id();
    run.signal(Signal::KILL);
    assert!(run.process.ends_within(PATIENCE));
    assert_eq!(names(&control(&project)), [format!("{process}.lock"), format!("{process}.sock")]);
    let revoked = project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    assert!(!revoked.out.contains("process"), "{}", revoked.out);
    assert_eq!(names(&control(&project)), [""; 0]);
}

#[test]
fn the_socket_is_its_users_alone_and_nonsense_on_it_harms_nothing() {
    let project = echo();
    let run = long_run(&project);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let socket = control(&project).join(format!("{}.sock", run.process.id()));
    assert_eq!((mode(&control(&project)), mode(&socket)), (0o700, 0o600));

    let silent = UnixStream::connect(&socket).unwrap();
    let long = "x".repeat(1_000_000);
    for nonsense in ["{}\n", "{\"control\":1}\n{\"id\":1,\"command\":{", long.as_str(), ""] {
        // It may hang up before it has all of it.
        let _ = UnixStream::connect(&socket).unwrap().write_all(nonsense.as_bytes());
    }
    let denied = project.run(["permission", "deny", "echo", "execute_agent", "--session"]).assert_exit(0);
    denied.assert_out(&format!("in effect in `orchestrator run`, process {}", run.process.id()));
    assert_denied(run);
    drop(silent);
}

#[test]
fn a_process_that_is_confined_further_is_refused() {
    let own = std::fs::read_to_string("/proc/self/status").unwrap();
    if own.contains("NoNewPrivs:\t1") || Command::new("setpriv").arg("--version").output().is_err() {
        return skip("needs setpriv, and rights to give up");
    }
    let project = echo();
    let run = long_run(&project);
    let ask = project.command(["permission", "deny", "echo", "execute_agent", "--session"]);
    let mut confined = Command::new("setpriv");
    confined.arg("--no-new-privs").arg(ask.get_program()).args(ask.get_args()).current_dir(project.dir());
    confined.envs(ask.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Finished::of(confined, PATIENCE).assert_exit(3).assert_err("it is confined further than this process");
    run.signal(Signal::INT);
    run.finish().assert_exit(130);
}

/// A grant that is refused changes nothing anywhere.
#[test]
fn a_refused_grant_leaves_what_others_remember() {
    let project = echo();
    project.run(["permission", "reset", "echo", "execute_agent"]).assert_exit(0);
    let mut screen = Screen::start(&project, 200, 50, []);
    screen.wait_for("● echo");
    project.run(["permission", "grant", "echo", "execute_agent", "--session"]).assert_exit(0);
    let file = project.dir().join("config/permissions.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}# not accepted\n")).unwrap();
    let refused = project.run(["permission", "grant", "echo", "execute_agent"]);
    refused.assert_exit(1).assert_err("orchestrator permission accept");
    std::fs::write(&file, text).unwrap();
    screen.launch("chorus", "x", &["voice=slow"]);
    screen.wait_for("....");
    project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    screen.wait_for("denied");
    screen.wait_for("no run live");
    screen.quit();
}
