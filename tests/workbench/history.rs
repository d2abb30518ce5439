//! What is kept when the process dies, and what another process sees meanwhile.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::bench::{echoing, flooded, hostile, wide};

/// What was on the screen for longer than this is never lost.
const KEPT_AFTER: Duration = Duration::from_secs(1);

#[test]
fn another_process_sees_a_live_run_as_running() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");
    let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
    assert!(runs[0]["status"].is_null(), "{runs}");
    project.run(["runs", "list"]).assert_exit(0).assert_out("running");
    project.run(["runs", "show", "1"]).assert_exit(0).assert_out("slow │ .....");
    // And so it stays: looking has ended nothing.
    let dots = |text: &str| text.matches('.').count();
    let before = dots(&screen.text());
    screen.wait_until("more dots", |text| dots(text) > before);
    screen.wait_for("1 run live");
}

#[test]
fn a_killed_process_loses_nothing_that_was_on_the_screen() {
    let project = hostile("{}");
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "1000000000", &["floods"]);
    let shown = |text: &str| flooded(text).max();
    // A random moment of the flood.
    let moment = u64::from(std::process::id()) % 7 * 1000;
    let text = screen.wait_until("the flood", |text| shown(text) > Some(moment));
    let (seen, at) = (shown(&text).unwrap(), Instant::now());
    screen.wait_until("later lines", |text| at.elapsed() > KEPT_AFTER && shown(text) > Some(seen));
    screen.process.signal(Signal::KILL);
    screen.wait_exit();

    let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
    assert_eq!(runs[0]["status"], "interrupted", "{runs}");
    let kept = project.run(["runs", "show", "1"]).assert_exit(0).out;
    let missing: Vec<u64> = flooded(&text).filter(|n| !kept.contains(&format!("line {n}\n"))).collect();
    assert!(missing.is_empty(), "not in the history: {missing:?}");

    let mut later = wide(&project);
    later.send("2");
    later.wait_for("! interrupted");
    later.send("\r");
    later.wait_for("plan_execute_review #1  ! interrupted");
    later.quit();
}
