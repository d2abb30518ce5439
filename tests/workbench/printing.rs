//! Plugins that print while the workbench draws.

use crate::bench::{hostile, wide};

#[test]
fn what_a_plugin_prints_is_a_line_of_the_trace_and_changes_nothing_else() {
    let project = hostile(r#"{"new": "print", "hook": "print"}"#);
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Print something", &["prints"]);
    screen.wait_for("plan_execute_review #1  ✓ completed");
    screen.wait_for("prints ✓ completed");
    screen.wait_for("The payload stayed as it was:");
    screen.assert_intact();
    let beside = screen.columns(0..140).join("\n");
    assert!(!beside.contains("hostile: "), "{beside}");
    screen.quit();
    let outside = screen.written_outside_frames();
    assert!(!outside.contains("hostile"), "{outside:?}");
    // Nothing of it is lost either.
    let log = project.log();
    for printed in ["new prints to stdout", "new prints to stderr", "a hook prints", "prints to stdout"] {
        assert!(log.contains(printed), "`{printed}` is not in the log:\n{log}");
    }
}
