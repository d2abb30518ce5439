//! A million lines.

use crate::bench::{flooded, hostile, wide};
use crate::support::ESC;

/// Of a build without optimization. All lines together would be several times that as events.
const MOST_MEMORY: u64 = 500_000_000;

#[test]
fn a_million_lines_leave_keys_newest_line_and_memory_alone() {
    let project = hostile("{}");
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "1000000", &["floods"]);
    screen.wait_for("floods ");
    screen.wait_until("the flood", |text| text.contains("line ") && text.contains("follow"));
    screen.send("?");
    let text = screen.wait_for("Keys of your own");
    assert!(text.contains("1 run live"), "it was over before the key came:\n{text}");
    screen.send(ESC);
    screen.wait_gone("Keys of your own");
    // However slow the machine is: what matters is that it goes on.
    for reached in (100_000..1_000_000).step_by(100_000) {
        screen.wait_until("more lines", |text| flooded(text).max() > Some(reached));
    }
    screen.wait_for("floods ✓ completed");
    screen.wait_for("line 999999");
    screen.wait_for("plan_execute_review #1  ✓ completed");
    let peak = screen.process.peak_memory().unwrap();
    assert!(peak < MOST_MEMORY, "{peak} bytes");
    screen.quit();
}
