//! Ending a run by hand.

use crate::bench::{echoing, wide};
use crate::support::ESC;

#[test]
fn a_cancelled_run_says_who_ended_it() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    // Nothing happens unless somebody says yes.
    screen.send(ESC);
    screen.wait_gone("Cancel run #1?");
    screen.wait_for("plan_execute_review #1  ");
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    screen.send("y");
    let text = screen.wait_for("#1  ■ cancelled");
    assert!(text.contains("cancelled by you in the workbench"), "{text}");
    assert!(text.contains("slow ■ cancelled"), "{text}");
    assert!(text.contains("....."), "what was written is gone:\n{text}");
    project.run(["runs", "list"]).assert_exit(0).assert_out("cancelled (cancelled by you in the workbench)");
    screen.quit();
}

#[test]
fn leaving_with_a_live_run_asks_and_says_who_ended_it() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");
    screen.send("q");
    screen.wait_for("[ No ]");
    screen.send("y");
    assert!(screen.wait_exit().success());
    screen.assert_restored();
    let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
    assert_eq!(runs[0]["status"], "cancelled", "{runs}");
}
