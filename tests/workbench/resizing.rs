//! Terminals that change their size.

use crate::bench::{echoing, wide};
use crate::support::ESC;

#[test]
fn any_size_works_and_the_way_back_too() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_until("all columns", |text| text.contains("Hook trace") && text.contains("● repo_audit"));
    screen.resize(80, 24);
    screen.wait_until("one column", |text| text.contains("slow ") && !text.contains("● repo_audit"));
    screen.wait_for(".....");
    screen.resize(40, 10);
    screen.wait_until("one small column", |text| text.contains("slow ") && text.lines().count() <= 10);
    screen.resize(30, 5);
    screen.wait_for("30×5 is too small");
    // It goes on meanwhile, and keys do too.
    screen.send("t");
    screen.resize(120, 36);
    let text = screen.wait_until("all columns again", |text| {
        text.contains("Hook trace") && text.contains("● repo_audit") && text.contains(".....")
    });
    assert!(!text.contains("too small"), "{text}");
    screen.wait_until("every row", |text| text.lines().count() == 36);
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    screen.send("y");
    screen.wait_for("■ cancelled");
    // Any key dismisses what the notice says.
    screen.send("?");
    screen.wait_for("Everywhere");
    screen.send(ESC);
    screen.wait_gone("Everywhere");
    screen.assert_intact();
    screen.quit();
}
