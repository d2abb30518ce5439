//! `--readonly` in the workbench: it says so, offers no change, and refuses one that is asked for all the same.

use crate::support::{ENTER, ESC, Project, Screen};

#[test]
fn a_workbench_that_only_looks_says_so_and_offers_nothing_that_changes() {
    let project = Project::new();
    project.add_fixture("echo");
    project.run(["run", "repo_audit", "Audit it"]).assert_exit(0);
    let mut screen = Screen::start(&project, 160, 40, ["--readonly"]);
    let text = screen.wait_for(" to answer");
    assert!(text.lines().next().unwrap().contains("read-only"), "{text}");
    assert!(text.contains("Opened with --readonly"), "{text}");
    let hints = |text: &str| text.trim_end().lines().last().unwrap().to_owned();
    for offer in ["launch", "approve", "reload"] {
        assert!(!hints(&text).contains(offer), "{offer} is offered: {text}");
    }
    // A launch, and a reload of the selected plugin.
    for key in ["w", "r"] {
        screen.send(key);
        screen.wait_for("this was opened with --readonly");
        // Any other key takes the words away.
        screen.send("k");
        screen.wait_gone("this was opened with --readonly");
    }
    screen.send(":");
    screen.send("launch");
    screen.wait_for("nothing matches");
    screen.send(ESC);
    screen.wait_gone("find launch");
    // What was kept can be looked at.
    screen.send("2");
    screen.wait_for("Audit it");
    screen.send(ENTER);
    screen.wait_for("completed");
    screen.quit();
    assert!(!project.dir().join("config/permissions.yaml").exists());
}
