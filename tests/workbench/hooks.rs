//! Hooks that never return.

use crate::bench::{hostile, wide};
use crate::support::ESC;

#[test]
fn a_hook_that_never_returns_holds_up_neither_keys_nor_runs() {
    let project = hostile(r#"{"hook": "hang"}"#);
    project.write("config/orchestrator.yaml", "hook_timeout: 3s\n");
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Plan a party", &["planner_agent"]);
    screen.wait_until("the hook at work", |text| {
        text.lines().any(|line| line.contains(" hostile  ") && line.contains(" running"))
    });
    screen.send("?");
    screen.wait_for("Keys of your own");
    screen.send(ESC);
    screen.wait_gone("Keys of your own");
    // The dialog remembers what was typed.
    screen.launch("plan_execute_review", " again", &[]);
    let text = screen.wait_for("plan_execute_review #2  ✓ completed");
    assert!(text.contains("planner_agent ✓") && text.contains("⊘ hostile"), "{text}");
    screen.send("[");
    let text = screen.wait_for("plan_execute_review #1  ✓ completed");
    assert!(text.contains("timed out"), "{text}");
    screen.quit();
    screen.assert_restored();
}
