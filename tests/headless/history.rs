//! What is left of a run whose process is gone, and what others see of one that is not.

use std::time::{Duration, Instant, SystemTime};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Live, PATIENCE, Project};

/// What stood on a screen for longer than this survives anything.
const KEPT_AFTER: Duration = Duration::from_secs(1);

fn newest(project: &Project) -> Value {
    project.run(["runs", "list", "--json"]).assert_exit(0).json()[0].clone()
}

#[test]
fn what_was_seen_before_a_kill_is_in_the_history_and_the_run_shows_as_interrupted() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    // Somewhere within the first dots; the exact place is nobody's choice.
    let dots = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos() % 40 + 20;
    let mut live = Live::start(&project, ["agent", "run", "slow", "for ever", "--json"]);
    for _ in 0..dots {
        live.wait_for("a dot", |event| event["type"] == "agent_output");
    }

    let running = newest(&project);
    assert_eq!(running["status"], Value::Null, "another process sees it as over: {running}");
    assert!(running["last_seq"].as_u64().unwrap() > 0);
    let id = running["id"].to_string();

    let since = Instant::now();
    while since.elapsed() <= KEPT_AFTER {
        live.wait_for("one more dot", |event| event["type"] == "agent_output");
    }
    let killed = Instant::now();
    live.signal(Signal::KILL);
    assert!(live.process.ends_within(PATIENCE));

    let interrupted = newest(&project);
    assert_eq!(interrupted["status"], "interrupted");
    assert!(interrupted["reason"].as_str().unwrap().contains("ended before the run did"), "{interrupted}");

    let stored = project.run(["runs", "show", &id, "--json"]).assert_exit(0);
    let events = stored.run();
    assert_eq!(events.last().unwrap()["status"], "interrupted");
    let kept: Vec<&str> = stored.out.lines().collect();
    let seen: Vec<&str> =
        live.seen.iter().filter(|(at, _)| *at + KEPT_AFTER < killed).map(|(_, line)| line.as_str()).collect();
    assert!(seen.len() > 20);
    assert_eq!(kept[..seen.len()], seen[..]);

    // Reading again ends it no second time.
    assert_eq!(project.run(["runs", "show", &id, "--json"]).out, stored.out);
}

#[test]
fn a_second_process_reads_a_live_run_and_leaves_it_alone() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let mut live = Live::start(&project, ["agent", "run", "slow", "for ever", "--json"]);
    live.wait_for_output("..");
    let id = newest(&project)["id"].to_string();
    let so_far = project.run(["runs", "show", &id, "--json"]).assert_exit(0).events();
    assert!(so_far.iter().all(|event| event["type"] != "run_finished"), "{so_far:?}");
    project.run(["runs", "list"]).assert_exit(0).assert_out("running");
    // The second process runs something of its own in the same project.
    project.run(["run", "chorus", "x"]).assert_exit(0);

    live.signal(Signal::INT);
    let events = live.finish().assert_exit(130).run();
    assert_eq!(events[..so_far.len()], so_far[..]);
    let stored = project.run(["runs", "show", &id, "--json"]).assert_exit(0).run();
    assert_eq!(stored, events);
}

#[test]
fn the_newest_runs_come_first_and_keep_how_they_ended() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["run", "chorus", "first one"]).assert_exit(0);
    project.run(["run", "repo_audit", "second one", "--config", "path=nowhere"]).assert_exit(1);
    let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
    let brief: Vec<_> = runs.as_array().unwrap().iter().map(|run| (&run["requirements"], &run["status"])).collect();
    assert_eq!(brief, [(&"second one".into(), &"failed".into()), (&"first one".into(), &"completed".into())]);
    let limited = project.run(["runs", "list", "--limit", "1", "--json"]).assert_exit(0).json();
    assert_eq!(limited.as_array().unwrap().len(), 1);
}
